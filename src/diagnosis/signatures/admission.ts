import { agentsSay } from '../agent-log.ts'
import { clusterAgentOf, workloadsOf } from '../agents.ts'
import { eventAbout, eventsAbout, saw, textOf } from '../evidence.ts'
import { answerIn, type Observations } from '../observations.ts'
import { conditionOf } from '../rancher-says.ts'
import { list, oneLine } from '../wording.ts'
import { NO_SERVICE_ACCOUNT } from './log-texts.ts'
import { CHANGES_NOTHING, type Signature } from './signature.ts'

// What keeps the agents' objects from being created: the namespace, admission, the service account.

export const namespaceTerminating: Signature = {
  id: 'namespace-terminating',
  disproof: '`kubectl get namespace cattle-system` says Active',
  recognise(observations) {
    const namespace = answerIn(observations.agents)?.surroundings.namespace
    if (namespace?.phase !== 'Terminating') return null
    const stuck = namespace.conditions.filter(
      ({ status, message }) => status === 'True' && message !== '',
    )
    return {
      confidence: 'certain',
      summary: 'namespace cattle-system is being deleted: nothing can be created in it',
      evidence: [
        saw('cluster', 'namespace cattle-system is Terminating'),
        ...stuck.map(({ type, message, at }) => saw('cluster', `${type}: ${oneLine(message)}`, at)),
        ...eventsAbout(observations, /is being terminated/),
      ],
      remedy: `Let the deletion end first: see \`kubectl get namespace cattle-system -o yaml\` for what it waits for, remove that (an API service that is down, objects with a finalizer), and run again when the namespace is gone. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

const REFUSED =
  /admission webhook|failed calling webhook|exceeded quota|violates PodSecurity|unable to validate against any (?:pod security|security context)|denied the request|is forbidden: (?!error looking up service account|.*is being terminated)/

export const admissionRefuses: Signature = {
  id: 'admission-webhook-refuses',
  disproof: '`kubectl -n cattle-system describe replicaset` shows pods that were created since',
  recognise(observations) {
    const workloads = workloadsOf(observations)
    const failure = workloads
      .flatMap(({ conditions }) => conditions)
      .find(
        ({ type, status, message }) =>
          type === 'ReplicaFailure' && status === 'True' && REFUSED.test(message),
      )
    const event = eventAbout(observations, REFUSED)
    const text = failure ? oneLine(failure.message) : event ? textOf(event) : null
    const agent = clusterAgentOf(observations)
    if (text === null || !agent || NO_SERVICE_ACCOUNT.test(text)) return null
    const webhooks = answerIn(observations.agents)?.surroundings.webhooks ?? []
    const isCallFailing = /failed calling webhook/.test(text)
    const isQuota = /exceeded quota/.test(text)
    const name = /webhook "([^"]+)"/.exec(text)?.[1]
    return {
      // An older pod that is still ready keeps the tunnel.
      confidence: agent.readyPods === 0 ? (failure ? 'certain' : 'likely') : 'possible',
      summary: isQuota
        ? 'the agents’ pods are refused: the quota of cattle-system is used up'
        : `the agents’ pods are refused${name ? ` by admission webhook ${oneLine(name)}` : ' by admission control'}`,
      evidence: [
        ...(failure ? [saw('cluster', text, failure.at)] : []),
        ...(event ? [saw('event', textOf(event), event.at)] : []),
        ...(webhooks.length > 0
          ? [
              saw(
                'cluster',
                `webhooks that see pods or workloads: ${list(webhooks.slice(0, 5).map((it) => `${oneLine(it.name)} (${it.failurePolicy})`))}`,
              ),
            ]
          : []),
      ],
      remedy: isQuota
        ? `Raise the quota: \`kubectl -n cattle-system describe resourcequota\`. ${CHANGES_NOTHING}`
        : isCallFailing
          ? `Bring back the service behind the webhook, or have its configuration leave cattle-system out. ${CHANGES_NOTHING}`
          : `Have whoever runs that policy allow the agents in cattle-system. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

export const serviceAccountMissing: Signature = {
  id: 'service-account-missing',
  disproof:
    '`kubectl -n cattle-system get serviceaccount cattle -o yaml` shows it, with the secret it names',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    if (!agent) return null
    const account = answerIn(observations.agents)?.surroundings.serviceAccount
    const log = agentsSay(observations, NO_SERVICE_ACCOUNT)
    const events = eventsAbout(observations, NO_SERVICE_ACCOUNT)
    const missingSecret = account?.missingSecrets[0]
    const isGone = account?.exists === false
    if (!isGone && missingSecret === undefined && !log && events.length === 0) {
      return staleAccountToken(observations)
    }
    const what = isGone
      ? 'service account cattle does not exist'
      : missingSecret !== undefined
        ? `Secret ${oneLine(missingSecret)}, the token of service account cattle, does not exist`
        : 'the agents cannot read the token of service account cattle'
    return {
      confidence: isGone || log?.byClusterAgent ? 'certain' : 'likely',
      summary: what,
      evidence: [
        ...(log ? [log.evidence] : []),
        ...events,
        ...(isGone || missingSecret !== undefined ? [saw('cluster', what)] : []),
      ],
      remedy:
        missingSecret !== undefined && !isGone
          ? 'Apply the agent manifest again: it brings back the account; then delete the reference to the missing secret from it (`kubectl -n cattle-system edit serviceaccount cattle`), so that Kubernetes makes a new one.'
          : 'Apply the agent manifest again: it creates the service account, and the agents start with a new token. Find out who deleted it.',
      reapplyHelps: true,
    }
  },
}

/** The tunnel works, and the token that Rancher keeps for the API server at its other end is refused. */
function staleAccountToken(observations: Observations) {
  const record = answerIn(observations.record)
  const ready = record && conditionOf(record, 'Ready')
  if (!ready || ready.status === 'True' || !/Unauthorized|must be logged in/.test(ready.message))
    return null
  return {
    confidence: 'likely',
    summary: 'the token of service account cattle that Rancher keeps is not valid any more',
    evidence: [saw('rancher', oneLine(ready.message), ready.lastUpdateTime)],
    remedy: `Restart the cluster agent, which sends its token when it connects: \`kubectl -n cattle-system rollout restart deployment/cattle-cluster-agent\`. ${CHANGES_NOTHING}`,
    reapplyHelps: false,
  } as const
}
