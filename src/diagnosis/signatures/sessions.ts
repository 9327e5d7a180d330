import { has } from '../../rancher/index.ts'
import { isRefusedNow, isTunnelOpen } from '../agent-log.ts'
import { clusterAgentOf, pinnedChecksumOf, readinessOf, workloadsOf } from '../agents.ts'
import { saw } from '../evidence.ts'
import { answerIn, type Observations } from '../observations.ts'
import { conditionOf } from '../rancher-says.ts'
import { oneLine } from '../wording.ts'
import { isTokenRegistered } from './registration-token.ts'
import { CHANGES_NOTHING, type Signature } from './signature.ts'

// The agents run and nothing refuses them, and Rancher still does not have them: the sessions behind the first tunnel.

export const agentFeaturesMissing: Signature = {
  id: 'agent-features-missing',
  disproof: 'CATTLE_FEATURES on cattle-cluster-agent holds multi-cluster-management-agent=true',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    const record = answerIn(observations.record)
    if (!agent || !record || !needsFeatures(observations)) return null
    const features = agent.env.CATTLE_FEATURES ?? ''
    if (/(^|,)\s*multi-cluster-management-agent=true/.test(features)) return null
    const connected = conditionOf(record, 'Connected')
    const isOpen = agent.pods.some((pod) => isTunnelOpen(pod, observations.observedAt))
    const isRefused = agent.pods.some((pod) => isRefusedNow(pod))
    return {
      confidence: isRefused || agent.readyPods === 0 ? 'possible' : isOpen ? 'certain' : 'likely',
      summary: `the agents were never told to open the session that Rancher waits for: ${features ? 'CATTLE_FEATURES lacks multi-cluster-management-agent=true' : 'CATTLE_FEATURES is missing'}`,
      evidence: [
        saw(
          'cluster',
          `${readinessOf(workloadsOf(observations))}, CATTLE_FEATURES ${features ? `is ${oneLine(features)}` : 'is not set'}`,
        ),
        ...(isOpen ? [saw('agent log', 'connected, and nothing refuses it')] : []),
        ...(connected
          ? [saw('rancher', `condition Connected is ${connected.status}`, connected.lastUpdateTime)]
          : []),
      ],
      remedy:
        'Apply the agent manifest again, with the CATTLE_FEATURES that Rancher has for this cluster: the agents then open the session within seconds. A plain `kubectl apply` of the import manifest takes them away again.',
      reapplyHelps: true,
    }
  },
}

function needsFeatures(observations: Observations): boolean {
  const record = answerIn(observations.record)
  const version = answerIn(observations.version)
  if (record?.agentFeatures?.['multi-cluster-management-agent'] === false) return false
  if (version) return has(version, 'connectedCondition')
  return record !== null && conditionOf(record, 'Connected') !== null
}

const NO_SESSION = /failed to find Session for client|lost connection to cluster/

export const tunnelSessionStale: Signature = {
  id: 'tunnel-session-stale',
  disproof: 'the cluster stays lost after Rancher’s pods were restarted',
  recognise(observations) {
    const record = answerIn(observations.record)
    if (!record) return null
    const said = [
      ...record.conditions.map(({ message, lastUpdateTime }) => ({ message, at: lastUpdateTime })),
      { message: record.message, at: null },
    ].find(({ message }) => NO_SESSION.test(message))
    if (!said && !isAllRight(observations)) return null
    return {
      confidence: said ? 'certain' : 'possible',
      summary: said
        ? 'one of Rancher’s replicas holds a session of the agents that is dead'
        : 'the agents are connected by all that can be seen, and Rancher does not have their session',
      evidence: said
        ? [saw('rancher', oneLine(said.message), said.at)]
        : [
            saw('agent log', 'connected, and nothing refuses it'),
            saw('cluster', readinessOf(workloadsOf(observations))),
            saw('rancher', 'the agents’ token is registered'),
          ],
      remedy: `Restart Rancher’s pods: \`kubectl -n cattle-system rollout restart deployment/rancher\` where Rancher runs (one container: \`docker restart\`). The agents then connect anew. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

/** Everything that an agent needs is seen to be right; only what is positively seen counts. */
function isAllRight(observations: Observations): boolean {
  const agent = clusterAgentOf(observations)
  const settings = answerIn(observations.settings)
  return (
    agent !== null &&
    settings !== null &&
    agent.readyPods > 0 &&
    isTokenRegistered(observations) === true &&
    pinnedChecksumOf(agent) === settings.caChecksum &&
    agent.pods.some((pod) => isTunnelOpen(pod, observations.observedAt))
  )
}

export const fleetAgentCaStale: Signature = {
  id: 'fleet-agent-ca-stale',
  disproof: 'Continuous Delivery shows the cluster active and checked in after now',
  recognise(observations) {
    const fleet = answerIn(observations.agents)?.surroundings.fleetAgent
    const line = fleet?.logLines.findLast((it) =>
      /x509: |tls: failed to verify certificate/.test(it),
    )
    if (!fleet || !line) return null
    return {
      confidence: 'likely',
      summary:
        'the cluster is not what Fleet knows: its fleet-agent does not trust Rancher’s certificate',
      evidence: [
        saw('fleet log', oneLine(line), timeIn(line)),
        saw(
          'cluster',
          `fleet-agent in ${fleet.namespace} ${fleet.readyPods}/${fleet.desiredPods} ready`,
        ),
      ],
      remedy: `Have Fleet deploy its agent again: Continuous Delivery → Clusters → this cluster → Force Update. The setting internal-cacerts must be right for that. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

function timeIn(line: string): string | null {
  const ms = Date.parse(/time="([^"]+)"/.exec(line)?.[1] ?? '')
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
