import type { FailureCode } from '../../recovery/index.ts'
import { eventsAbout, saw } from '../evidence.ts'
import { answerIn, failureIn } from '../observations.ts'
import { isTimeOut } from '../probe.ts'
import { list, oneLine, withoutFullStop } from '../wording.ts'
import type { Signature } from './signature.ts'

const NOT_SERVING: readonly FailureCode[] = [
  'cluster.unreachable',
  'cluster.timed-out',
  'cluster.failing',
]

const ETCD = /etcdserver|etcd cluster is unavailable|leader changed|too many requests: etcd/i

export const apiServerUnreachable: Signature = {
  id: 'api-server-unreachable',
  disproof:
    '`kubectl get --raw /readyz`, with the same kubeconfig from the worker’s network, says ok',
  recognise(observations) {
    const failure = failureIn(observations.apiServer)
    if (!failure || observations.agents.ok || !NOT_SERVING.includes(failure.code)) return null
    if (isAboutEtcd(failure.facts.said) || isAboutEtcd(observations.agents.failure.facts.said))
      return null
    const record = answerIn(observations.record)
    return {
      confidence: isTimeOut(failure) ? 'likely' : 'certain',
      summary: withoutFullStop(failure.message),
      evidence: [
        saw('worker', 'neither the API server nor the agents in the cluster could be looked at'),
        ...(record?.message ? [saw('rancher', oneLine(record.message))] : []),
      ],
      remedy: `${failure.nextStep} Nothing can be applied before that.`,
      reapplyHelps: false,
    }
  },
}

/** Longer than any API server takes that is well; one that is merely busy must not be called sick. */
const SLOW_MS = 1_500

export const etcdSlow: Signature = {
  id: 'etcd-slow',
  disproof: '`kubectl get --raw /readyz?verbose` shows etcd ok, several times in a row',
  recognise(observations) {
    const failures = [observations.apiServer, observations.agents].map(failureIn)
    const refused = failures.find((failure) => isAboutEtcd(failure?.facts.said))
    const itself = answerIn(observations.agents)?.surroundings.apiServer
    const failing = itself?.failingChecks.filter((check) => /etcd/.test(check)) ?? []
    const record = answerIn(observations.record)
    const said =
      record && ETCD.test(record.message) ? [saw('rancher', oneLine(record.message))] : []
    const events = eventsAbout(observations, ETCD)
    const isSlow = (itself?.tookMs ?? 0) > SLOW_MS
    const isSeen = refused || failing.length > 0 || said.length > 0 || events.length > 0
    if (!isSeen && !isSlow) return null
    return {
      confidence: refused || failing.length > 0 ? 'certain' : isSeen ? 'likely' : 'possible',
      summary: refused
        ? `the API server’s etcd does not keep up: ${oneLine(refused.facts.said ?? '')}`
        : failing.length > 0
          ? `the API server’s etcd is not healthy (${list(failing.map(oneLine))})`
          : isSeen
            ? 'the API server’s etcd does not keep up'
            : `the API server takes ${itself?.tookMs} ms to say how it is`,
      evidence: [
        ...(refused ? [saw('worker', oneLine(refused.facts.said ?? ''))] : []),
        ...(itself && (failing.length > 0 || isSlow)
          ? [
              saw(
                'worker',
                `/readyz took ${itself.tookMs} ms, failing: ${list(itself.failingChecks.map(oneLine)) || 'none'}`,
                itself.time,
              ),
            ]
          : []),
        ...events,
        ...said,
      ],
      remedy:
        'Look at etcd first: its members, its disks (slow fsync), its database size; then run again. Nothing should be applied before that.',
      reapplyHelps: false,
    }
  },
}

function isAboutEtcd(text: string | undefined): boolean {
  return text !== undefined && ETCD.test(text)
}
