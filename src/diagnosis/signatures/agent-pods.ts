import { refusalsOf } from '../agent-log.ts'
import { clusterAgentOf, readinessOf, workloadsOf } from '../agents.ts'
import { answerIn, type Observations } from '../observations.ts'
import { count, oneLine } from '../wording.ts'
import type { Signature } from './signature.ts'

// Whether there is an agent, and whether its pods can start. Only the cluster agent holds Rancher's tunnel, so it decides.

export const agentsMissing: Signature = {
  id: 'agents-missing',
  recognise(observations) {
    const agents = answerIn(observations.agents)
    if (!agents || agents.clusterAgent) return null
    const gone = agents.namespaceExists
      ? 'Deployment cattle-cluster-agent is gone'
      : 'namespace cattle-system is gone'
    const nodeAgent = agents.nodeAgent
      ? `DaemonSet ${readinessOf([agents.nodeAgent])}`
      : 'DaemonSet cattle-node-agent is gone too'
    return {
      confidence: 'certain',
      summary: `the agents are not in the cluster: ${gone}`,
      evidence: [`cluster: ${gone}`, ...(agents.namespaceExists ? [`cluster: ${nodeAgent}`] : [])],
      remedy: 'Apply the agent manifest again: it creates what is gone. Find out who deleted it.',
      reapplyHelps: true,
    }
  },
}

export const agentsScaledToZero: Signature = {
  id: 'agents-scaled-to-zero',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    if (agent?.desiredPods !== 0) return null
    return {
      confidence: 'certain',
      summary: 'cattle-cluster-agent is scaled to 0',
      evidence: ['cluster: Deployment cattle-cluster-agent wants 0 pods'],
      // The import manifest names no number of pods (fixture import.yaml), but what is made of it asks for one where there are 0.
      remedy:
        'Apply the agent manifest again: the plan sets the Deployment to 1 pod. If somebody stopped the agent on purpose, ask them first.',
      reapplyHelps: true,
    }
  },
}

const PULL_FAILED = /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull)$/

export const agentImageUnavailable: Signature = {
  id: 'agent-image-unavailable',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    const stuck = agent?.pods.filter((pod) => PULL_FAILED.test(pod.waitingReason ?? '')) ?? []
    const [first] = stuck
    if (!agent || !first) return null
    const wanted = answerIn(observations.settings)?.agentImage ?? null
    const isOther = wanted !== null && wanted !== agent.image
    return {
      // An older pod that is still ready keeps the tunnel: then this blocks a rollout, not the connection.
      confidence: agent.readyPods === 0 ? 'certain' : 'possible',
      summary: `the agent’s image ${oneLine(agent.image)} cannot be pulled`,
      evidence: [
        `cluster: ${first.waitingReason} on ${stuck.length} of ${count(agent.pods.length, 'pod')}`,
        ...eventsAbout(observations, /image|pull/i),
        ...(wanted === null ? [] : [`Rancher’s agent image is ${oneLine(wanted)}`]),
      ],
      remedy: isOther
        ? `Apply the agent manifest again: it uses ${oneLine(wanted)}.`
        : 'Make the image available to the nodes: registry, its log-in, or the way there. The agent manifest names the same image, so applying it changes nothing.',
      reapplyHelps: isOther,
    }
  },
}

export const credentialsMissing: Signature = {
  id: 'credentials-missing',
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
        `cluster: ${what}`,
        ...eventsAbout(observations, /FailedMount|cattle-credentials/),
      ],
      remedy: 'Apply the agent manifest again: it creates the secret and the agents mount it.',
      reapplyHelps: true,
    }
  },
}

/** A symptom more than a cause: asked only when nothing else explains why the agents do not stay up. */
export const agentCrashing: Signature = {
  id: 'agent-crashing',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    const pod = agent?.pods.find(
      (it) =>
        it.waitingReason === 'CrashLoopBackOff' ||
        it.terminatedReason === 'OOMKilled' ||
        (it.restarts > 0 && !it.ready && it.exitCode !== null && it.exitCode !== 0),
    )
    if (!agent || !pod) return null
    const isOutOfMemory = pod.terminatedReason === 'OOMKilled'
    const lastLine = refusalsOf(pod).at(-1) ?? pod.logLines?.at(-1)
    const ends = isOutOfMemory ? 'for lack of memory (OOMKilled)' : `with ${exitOf(pod)}`
    return {
      confidence: 'likely',
      summary: `${agent.ref.name} keeps ending ${ends}, ${count(pod.restarts, 'restart')}`,
      evidence: [
        `cluster: pod ${pod.name} ${pod.waitingReason ?? pod.terminatedReason ?? pod.phase}, ${readinessOf(workloadsOf(observations))}`,
        ...(lastLine ? [`agent log: ${oneLine(lastLine)}`] : []),
      ],
      remedy: isOutOfMemory
        ? 'Give the agent more memory: raise the limit on the Deployment, or free memory on its node. Applying the same manifest changes nothing.'
        : `Read \`kubectl -n cattle-system logs ${pod.name} --previous\`. Applying the same manifest changes nothing.`,
      reapplyHelps: false,
    }
  },
}

function exitOf({ exitCode }: { readonly exitCode: number | null }): string {
  return exitCode === null ? 'an unknown exit code' : `exit code ${exitCode}`
}

function eventsAbout(observations: Observations, pattern: RegExp): readonly string[] {
  const events = answerIn(observations.agents)?.events ?? []
  const newest = events.find((event) => pattern.test(event))
  return newest ? [`event: ${oneLine(newest)}`] : []
}
