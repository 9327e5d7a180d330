import type { ReadLog } from '../simulated/api-server.ts'
import type { PodLog } from './pod-log.ts'

/** A pod as those who ask for its log know it. */
interface LoggedPod {
  readonly name: string
  readonly log: PodLog
  /** Why there is no log yet, null when there is one. */
  readonly waitingFor: string | null
}

/** The logs of the pods that run now. */
export interface PodLogs {
  /** As a kubelet answers, its refusals included. */
  readonly read: ReadLog
  /** All lines of a pod's current log, none when there is no such pod. */
  linesOf(podName: string): readonly string[]
  add(pod: LoggedPod): void
  remove(podName: string): void
}

export function createPodLogs(): PodLogs {
  const pods = new Map<string, LoggedPod>()
  return {
    read({ pod, container, tailLines, previous }) {
      const found = pods.get(pod)
      const where = `container "${container}" in pod "${pod}"`
      const lines = found?.log.lines(previous) ?? null
      if (lines === null && previous) return { refused: `previous terminated ${where} not found` }
      if (lines === null) {
        const reason = found?.waitingFor ?? 'ContainerCreating'
        const why = reason.includes('Image') ? 'trying and failing to pull image' : reason
        return { refused: `${where} is waiting to start: ${why}` }
      }
      const shown = tailLines === null ? lines : lines.slice(Math.max(0, lines.length - tailLines))
      return shown.map((line) => `${line}\n`).join('')
    },
    linesOf: (podName) => pods.get(podName)?.log.lines(false) ?? [],
    add: (pod) => void pods.set(pod.name, pod),
    remove: (podName) => void pods.delete(podName),
  }
}
