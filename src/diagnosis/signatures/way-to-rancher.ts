import { agentsSay, refusalsOf } from '../agent-log.ts'
import { clusterAgentOf } from '../agents.ts'
import { answerIn, type Observations } from '../observations.ts'
import { oneLine } from '../wording.ts'
import type { Signature } from './signature.ts'

// Rancher as the agents see it. The start script asks /ping first and stops there (package/run.sh).

const NO_SUCH_HOST = /Could not resolve host: (\S+?)\)?$|no such host/
const NO_CONNECTION =
  /Failed to connect to \S+ port|Connection timed out|Operation timed out|connection refused|i\/o timeout|no route to host|network is unreachable/i
const PING_REFUSED = /\/ping is not accessible \(The requested URL returned error: (\d+)\)/
const NOT_RANCHER = /^parse error: |does not look like an x509 certificate/

export const agentsCannotReachRancher: Signature = {
  id: 'rancher-unreachable',
  recognise(observations) {
    const unresolved = agentsSay(observations, NO_SUCH_HOST)
    const log = unresolved ?? agentsSay(observations, NO_CONNECTION)
    if (!log) return hangsBeforePing(observations)
    const address = addressOfAgents(observations)
    return {
      confidence: !log.byClusterAgent ? 'possible' : unresolved ? 'certain' : 'likely',
      summary: unresolved
        ? `the agents cannot resolve Rancher’s name (${address})`
        : `the agents get no connection to Rancher (${address})`,
      evidence: [log.evidence, workersView(observations)],
      remedy: unresolved
        ? `Repair name resolution in the cluster (CoreDNS, the nodes’ resolv.conf) for ${address}. Applying the agent manifest does not help.`
        : `Open the way from the cluster’s nodes to ${address}: firewall, routes, proxy, load balancer. Applying the agent manifest does not help.`,
      reapplyHelps: false,
    }
  },
}

export const agentsGetErrors: Signature = {
  id: 'rancher-failing',
  recognise(observations) {
    const failed = agentsSay(observations, PING_REFUSED)
    const log = failed ?? agentsSay(observations, NOT_RANCHER)
    const hasNoCacerts = answerIn(observations.settings)?.caCerts === ''
    // Rancher without cacerts answers a pinned agent with an empty setting: that is ca-changed (fixture cacerts-setting-empty).
    if (!log || (!failed && hasNoCacerts)) return null
    return {
      confidence: log.byClusterAgent ? 'likely' : 'possible',
      summary: failed
        ? `the agents get ${failed.match[1]} from Rancher’s address (${addressOfAgents(observations)})`
        : `something else than Rancher answers the agents (${addressOfAgents(observations)})`,
      evidence: [log.evidence, workersView(observations)],
      remedy:
        'Look at the load balancer or proxy between the cluster and Rancher, and at Rancher itself. Applying the agent manifest does not help.',
      reapplyHelps: false,
    }
  },
}

/** An agent whose /ping hangs prints nothing after its resolv.conf; so does one that has just started. */
function hangsBeforePing(observations: Observations) {
  const pods = clusterAgentOf(observations)?.pods ?? []
  const waiting = pods.filter(({ logLines }) =>
    logLines?.at(-1)?.startsWith('INFO: Using resolv.conf'),
  )
  if (waiting.length === 0 || pods.some((pod) => refusalsOf(pod).length > 0)) return null
  return {
    confidence: 'possible',
    summary: `the agents seem to get no answer from Rancher (${addressOfAgents(observations)})`,
    evidence: [
      `agent log, ${waiting.length} of ${pods.length} pods: ends before the first answer of Rancher`,
      workersView(observations),
    ],
    remedy:
      'If the agents have just started, run again in a minute. Otherwise open the way from the cluster’s nodes to Rancher: firewall, routes, proxy.',
    reapplyHelps: false,
  } as const
}

function addressOfAgents(observations: Observations): string {
  return oneLine(clusterAgentOf(observations)?.env.CATTLE_SERVER ?? observations.rancherUrl)
}

function workersView({ ping, rancherUrl }: Observations): string {
  return ping.ok
    ? `worker: ${oneLine(rancherUrl)}/ping answers`
    : `worker: ${oneLine(ping.failure.message)}`
}
