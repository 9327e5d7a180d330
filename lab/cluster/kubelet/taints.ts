import { isObject, type JsonObject, objectsAt, textAt } from '../json.ts'

/** Those that the DaemonSet controller gives to every pod that it makes. */
const DAEMON_TOLERATIONS = [
  'not-ready',
  'unreachable',
  'disk-pressure',
  'memory-pressure',
  'pid-pressure',
  'unschedulable',
].map((name) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists' }))

/** The taints of a node that keep pods of this template away, as `kubectl describe` writes them. */
export function untoleratedTaints(
  node: JsonObject | undefined,
  podSpec: JsonObject,
  isDaemon = false,
): readonly string[] {
  const own = objectsAt(podSpec, 'tolerations')
  const tolerations: readonly unknown[] = isDaemon ? [...own, ...DAEMON_TOLERATIONS] : own
  return objectsAt(node, 'spec', 'taints')
    .filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
    .filter((taint) => !tolerations.some((toleration) => isTolerated(taint, toleration)))
    .map((taint) => `{${textAt(taint, 'key')}: ${textAt(taint, 'value')}}`)
}

function isTolerated(taint: JsonObject, toleration: unknown): boolean {
  if (!isObject(toleration)) return false
  const { key, operator = 'Equal', value = '', effect = '' } = toleration
  if (effect !== '' && effect !== taint.effect) return false
  if (operator === 'Exists') return key === undefined || key === '' || key === taint.key
  return key === taint.key && value === (taint.value ?? '')
}
