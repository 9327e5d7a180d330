import { refusalsOf } from '../agent-log.ts'
import { clusterAgentOf, readinessOf, workloadsOf } from '../agents.ts'
import { eventAbout, eventsAbout, newestPods, saw, textOf } from '../evidence.ts'
import { answerIn } from '../observations.ts'
import { count, oneLine } from '../wording.ts'
import { CHANGES_NOTHING, type Signature } from './signature.ts'

// Whether there is an agent, and what it is started with. Only the cluster agent holds Rancher's tunnel, so it decides.

export const agentsMissing: Signature = {
  id: 'agents-missing',
  disproof: '`kubectl -n cattle-system get deployment cattle-cluster-agent` shows it',
  recognise(observations) {
    const agents = answerIn(observations.agents)
    if (!agents || agents.clusterAgent) return null
    const gone = agents.namespaceExists
      ? 'Deployment cattle-cluster-agent is gone'
      : 'namespace cattle-system is gone'
    const nodeAgent = agents.nodeAgent
      ? `DaemonSet ${readinessOf([agents.nodeAgent])}`
      : 'there is no DaemonSet cattle-node-agent either'
    return {
      confidence: 'certain',
      summary: `the agents are not in the cluster: ${gone}`,
      evidence: [
        saw('cluster', gone),
        ...(agents.namespaceExists ? [saw('cluster', nodeAgent)] : []),
      ],
      remedy: 'Apply the agent manifest again: it creates what is gone. Find out who deleted it.',
      reapplyHelps: true,
    }
  },
}

export const agentsScaledToZero: Signature = {
  id: 'agents-scaled-to-zero',
  disproof: 'the Deployment has spec.replicas above 0',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    if (agent?.desiredPods !== 0) return null
    return {
      confidence: 'certain',
      summary: 'cattle-cluster-agent is scaled to 0',
      evidence: [saw('cluster', 'Deployment cattle-cluster-agent wants 0 pods')],
      // The import manifest names no number of pods (fixture import.yaml), but what is made of it asks for one where there are 0.
      remedy:
        'Apply the agent manifest again: the plan sets the Deployment to 1 pod. If somebody stopped the agent on purpose, ask them first.',
      reapplyHelps: true,
    }
  },
}

export const credentialsMissing: Signature = {
  id: 'credentials-missing',
  disproof: 'the secret that cattle-cluster-agent mounts exists and holds url and token',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    if (!agent || agent.desiredPods === 0) return null
    const { secretName, exists, url, tokenFingerprint } = agent.credentials
    // A secret that may not be read shows neither url nor token; one that shows only a url has no token.
    const isEmpty = exists && url !== null && tokenFingerprint === null
    if (secretName !== null && exists && !isEmpty) return null
    const what =
      secretName === null
        ? 'the agents mount no credentials secret'
        : isEmpty
          ? `Secret ${secretName} holds no token`
          : `Secret ${secretName}, which the agents mount, does not exist`
    return {
      confidence: 'certain',
      summary: what,
      evidence: [
        saw('cluster', what),
        ...eventsAbout(observations, /FailedMount|cattle-credentials/),
      ],
      remedy: 'Apply the agent manifest again: it creates the secret and the agents mount it.',
      reapplyHelps: true,
    }
  },
}

export const agentOutOfMemory: Signature = {
  id: 'agent-out-of-memory',
  disproof:
    '`kubectl -n cattle-system describe pods` shows another reason than OOMKilled for the last end',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    const pod = agent?.pods.find((it) => it.terminatedReason === 'OOMKilled')
    if (!agent || !pod) return null
    return {
      confidence: pod.ready ? 'possible' : 'certain',
      summary: `${agent.ref.name} keeps ending for lack of memory (OOMKilled), ${count(pod.restarts, 'restart')}`,
      evidence: [
        saw('cluster', `pod ${pod.name} OOMKilled, ${readinessOf(workloadsOf(observations))}`),
        ...eventsAbout(observations, /OOM/),
      ],
      remedy: `Give the agent more memory: raise the limit (Cluster Management → Edit → Agent; up to 2.7.4 on the Deployment itself), or free memory on its node. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

/** What the Go runtime prints when a program dies of its own fault. */
const PANIC = /^panic: |^fatal error: |^\[signal SIG/

/** A symptom more than a cause: asked only when nothing else explains why the agents do not stay up. */
export const agentCrashing: Signature = {
  id: 'agent-crashing',
  disproof: 'the restarts do not grow any more',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    const pod = agent?.pods.find(
      (it) =>
        it.waitingReason === 'CrashLoopBackOff' ||
        (it.restarts > 0 && it.logLines?.some((line) => PANIC.test(line))) ||
        (it.restarts > 0 && !it.ready && it.exitCode !== null && it.exitCode !== 0),
    )
    if (!agent || !pod) return null
    const lastLine =
      pod.logLines?.find((line) => PANIC.test(line)) ??
      refusalsOf(pod, observations.observedAt).at(-1) ??
      pod.logLines?.at(-1)
    return {
      confidence: 'likely',
      summary: `${agent.ref.name} keeps ending with ${exitOf(pod)}, ${count(pod.restarts, 'restart')}`,
      evidence: [
        saw(
          'cluster',
          `pod ${pod.name} ${pod.waitingReason ?? pod.terminatedReason ?? pod.phase}, ${readinessOf(workloadsOf(observations))}`,
        ),
        ...(lastLine ? [saw('agent log', oneLine(lastLine))] : []),
        ...pod.otherContainers
          .filter(
            ({ ready, exitCode, waitingReason }) =>
              !ready && (waitingReason !== null || (exitCode ?? 0) !== 0),
          )
          .map(({ name, waitingReason, exitCode }) =>
            saw(
              'cluster',
              `container ${oneLine(name)} ${waitingReason ?? `ended with ${exitCode}`}`,
            ),
          ),
      ],
      remedy: `Read \`kubectl -n cattle-system logs ${pod.name} --previous\`. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

/** A pod that waits and says for what, where no other signature knows it: a container put in front, a volume that does not mount. */
export const agentWaiting: Signature = {
  id: 'agent-crashing',
  disproof: 'the pod has become ready since',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    const [pod] = newestPods(observations)
    if (!agent || !pod || agent.readyPods > 0) return null
    const event = eventAbout(observations, /^Failed(Mount|AttachVolume|PostStartHook|Create)/)
    const waiting = pod.otherContainers.find(
      ({ ready, waitingReason }) => !ready && waitingReason !== null,
    )
    if (!event && !waiting) return null
    const what = waiting
      ? `container ${oneLine(waiting.name)} ${waiting.waitingReason}`
      : textOf(event ?? NO_EVENT)
    return {
      confidence: 'likely',
      summary: `the agent’s pod does not start: ${what}`,
      evidence: [
        saw('cluster', `pod ${pod.name} ${pod.phase}`),
        ...(event ? [saw('event', textOf(event), event.at)] : []),
      ],
      remedy: `See \`kubectl -n cattle-system describe pod ${pod.name}\`. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

const NO_EVENT = { reason: '', message: '', about: '', at: null }

function exitOf({ exitCode }: { readonly exitCode: number | null }): string {
  return exitCode === null ? 'an unknown exit code' : `exit code ${exitCode}`
}
