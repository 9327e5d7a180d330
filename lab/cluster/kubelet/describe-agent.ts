import type { LabAgent } from '../contract.ts'
import { type JsonObject, objectsAt, textAt } from '../json.ts'
import type { PodLog } from './pod-log.ts'
import type { ContainerState } from './pod-status.ts'

/** A pod in the words of `kubectl get pods`, with what its agent was told and printed last. */
export function describeAgent(
  pod: JsonObject,
  node: string,
  { state, ready, restarts }: ContainerState,
  log: PodLog,
): LabAgent {
  return {
    pod: textAt(pod, 'metadata', 'name'),
    app: textAt(pod, 'metadata', 'labels', 'app'),
    node,
    state: textAt(state, 'waiting', 'reason') || textAt(state, 'terminated', 'reason') || 'Running',
    isReady: ready,
    restarts,
    environment: environmentOf(objectsAt(pod, 'spec', 'containers')[0], node),
    lastLogLine: (log.lines(false) ?? log.lines(true))?.at(-1) ?? null,
  }
}

/** The variables of a container on this node. */
export function environmentOf(container: unknown, node: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    objectsAt(container, 'env').map((variable) => {
      const isNodeName = textAt(variable, 'valueFrom', 'fieldRef', 'fieldPath') === 'spec.nodeName'
      return [textAt(variable, 'name'), isNodeName ? node : textAt(variable, 'value')]
    }),
  )
}
