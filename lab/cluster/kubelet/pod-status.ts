import { type JsonObject, objectsAt, textAt } from '../json.ts'

/** How the one container of a pod is. */
export interface ContainerState {
  readonly state: JsonObject
  readonly lastState: JsonObject
  readonly ready: boolean
  readonly restarts: number
}

export const CREATING: ContainerState = {
  state: { waiting: { reason: 'ContainerCreating' } },
  lastState: {},
  ready: false,
  restarts: 0,
}

/** What is left of the status of a pod that its kubelet evicted. */
export function evictedStatus(message: string): JsonObject {
  return {
    phase: 'Failed',
    reason: 'Evicted',
    message,
    conditions: null,
    containerStatuses: null,
  }
}

/** `status` of a pod as a kubelet reports it. */
export function podStatus(options: {
  readonly pod: JsonObject
  readonly container: ContainerState
  readonly address: string
  readonly hostAddress: string
  readonly startedAt: string
}): JsonObject {
  const { pod, container, startedAt } = options
  const { ready, restarts, state, lastState } = container
  const hasStarted = ready || restarts > 0 || 'running' in state || 'terminated' in state
  const condition = (type: string, isTrue: boolean) => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastTransitionTime: startedAt,
    ...(!isTrue && { reason: 'ContainersNotReady' }),
  })
  return {
    phase: hasStarted ? 'Running' : 'Pending',
    conditions: [
      condition('Initialized', true),
      condition('Ready', ready),
      condition('ContainersReady', ready),
      condition('PodScheduled', true),
    ],
    hostIP: options.hostAddress,
    podIP: options.address,
    startTime: startedAt,
    containerStatuses: objectsAt(pod, 'spec', 'containers').map((found) => ({
      name: textAt(found, 'name'),
      image: textAt(found, 'image'),
      imageID: hasStarted ? `docker-pullable://${textAt(found, 'image')}` : '',
      ready,
      started: 'running' in state,
      restartCount: restarts,
      state,
      lastState,
    })),
  }
}
