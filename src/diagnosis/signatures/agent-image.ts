import type { AgentWorkload } from '../../cluster/index.ts'
import { agentsSay, isRefusedAfter } from '../agent-log.ts'
import { clusterAgentOf } from '../agents.ts'
import { eventAbout, eventsAbout, saw, textOf } from '../evidence.ts'
import { answerIn, type Observations } from '../observations.ts'
import { count, oneLine } from '../wording.ts'
import { IMAGE_BROKEN, X509_CHAIN } from './log-texts.ts'
import { CHANGES_NOTHING, type Signature } from './signature.ts'

// Whether the agent's image can be had and run. A re-apply helps only where Rancher names another image than the cluster has.

const UNKNOWN_AUTHORITY = /x509: certificate signed by unknown authority/
const PULL_FAILED =
  /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|ImageInspectError|RegistryUnavailable)$/
const START_FAILED =
  /^(RunContainerError|CreateContainerError|CreateContainerConfigError|StartError|ContainerCannotRun)$/

export const agentImageUnavailable: Signature = {
  id: 'agent-image-unavailable',
  disproof: 'the node can pull the image: `crictl pull IMAGE` or `docker pull IMAGE` there',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    const stuck = agent?.pods.filter((pod) => PULL_FAILED.test(pod.waitingReason ?? '')) ?? []
    const [first] = stuck
    if (!agent || !first) return null
    const wanted = wantedImage(observations)
    const isOther = wanted !== null && wanted !== agent.image
    return {
      // An older pod that is still ready keeps the tunnel: then this blocks a rollout, not the connection.
      confidence: agent.readyPods === 0 ? 'certain' : 'possible',
      summary: `the agent’s image ${oneLine(agent.image)} cannot be pulled`,
      evidence: [
        saw(
          'cluster',
          `${first.waitingReason} on ${stuck.length} of ${count(agent.pods.length, 'pod')}`,
        ),
        ...eventsAbout(observations, /image|pull/i),
        ...wantedEvidence(wanted),
      ],
      remedy: isOther
        ? `Apply the agent manifest again: it uses ${oneLine(wanted)}.`
        : 'Make the image available to the nodes: registry, its log-in, or the way there. The agent manifest names the same image, so applying it changes nothing.',
      reapplyHelps: isOther,
    }
  },
}

export const agentImageBroken: Signature = {
  id: 'agent-image-broken',
  disproof: 'the same image runs the agent of another cluster of this Rancher',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    if (!agent) return null
    const log = agentsSay(observations, IMAGE_BROKEN)
    const pod = agent.pods.find((it) => isStartFailed(it))
    const event = eventAbout(observations, IMAGE_BROKEN)
    if (!log?.byClusterAgent && !pod && !(event && agent.readyPods === 0)) return null
    const wanted = wantedImage(observations)
    const isOther = wanted !== null && wanted !== agent.image
    const reason = pod ? oneLine(pod.stateMessage || (pod.waitingReason ?? '')) : ''
    return {
      confidence: agent.readyPods === 0 || log !== null ? 'certain' : 'possible',
      summary: `the agent’s image ${oneLine(agent.image)} does not run${reason ? `: ${reason}` : ''}`,
      evidence: [
        ...(log ? [log.evidence] : []),
        ...(pod
          ? [
              saw(
                'cluster',
                `pod ${pod.name} ${pod.waitingReason ?? pod.terminatedReason ?? pod.phase}: ${reason}`,
              ),
            ]
          : []),
        ...(event ? [saw('event', textOf(event), event.at)] : []),
        ...wantedEvidence(wanted),
      ],
      remedy: isOther
        ? `Apply the agent manifest again: it uses ${oneLine(wanted)}.`
        : `Put the right rancher-agent image, whole and for the nodes’ architecture, into the registry that the nodes pull from, or set agent-image to it (Global Settings). ${CHANGES_NOTHING}`,
      reapplyHelps: isOther,
    }
  },
}

/**
 * From 2.8.6 on the program first tests Rancher's certificate by what the start script stored. Where that passes and its websocket, a
 * moment later, does not know the authority, the program does not look where its image is to have it look (SSL_CERT_DIR; recorded as
 * no-ssl-cert-dir).
 */
export const agentTrustsNoStoredAuthority: Signature = {
  id: 'agent-image-broken',
  disproof: '`openssl s_client` from a node shows another certificate than from the worker',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    const log = agentsSay(observations, UNKNOWN_AUTHORITY)
    if (!agent || !log?.byClusterAgent) return null
    const isTested = agent.pods.some(
      (pod) =>
        isRefusedAfter(pod, 'using trusted certificate authorities within', UNKNOWN_AUTHORITY) &&
        !pod.logLines?.some(
          (line) => line.includes('Could not securely connect') || X509_CHAIN.test(line),
        ),
    )
    const verifies = answerIn(observations.certificateForAgents)?.verdict.trusted === true
    if (!isTested || !verifies || !/proxy/i.test(log.match.input)) return null
    return {
      confidence: 'likely',
      summary: `the agent’s image ${oneLine(agent.image)} does not use the authority that it was given: its own test passes, its connection does not`,
      evidence: [log.evidence, saw('worker', 'the same certificate fits Rancher’s cacerts')],
      remedy: `Use Rancher’s own rancher-agent image, unchanged: it sets SSL_CERT_DIR to /etc/kubernetes/ssl/certs. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

function isStartFailed(pod: AgentWorkload['pods'][number]): boolean {
  if (pod.ready) return false
  // 126: cannot be executed, 127: not found, 128: the runtime could not start it (as a shell and containerd count).
  const isEndedAtOnce = pod.exitCode !== null && [126, 127, 128].includes(pod.exitCode)
  return (
    START_FAILED.test(pod.waitingReason ?? '') ||
    START_FAILED.test(pod.terminatedReason ?? '') ||
    (isEndedAtOnce && pod.terminatedReason !== 'OOMKilled') ||
    IMAGE_BROKEN.test(pod.stateMessage)
  )
}

function wantedImage(observations: Observations): string | null {
  return answerIn(observations.settings)?.agentImage ?? null
}

function wantedEvidence(wanted: string | null) {
  return wanted === null ? [] : [saw('rancher', `agent-image is ${oneLine(wanted)}`)]
}
