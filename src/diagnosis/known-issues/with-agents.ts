import { pinnedChecksumOf, podsOf, workloadsOf } from '../agents.ts'
import { answerIn, type Observations } from '../observations.ts'
import type { KnownIssue } from './known-issue.ts'
import {
  agentsRefuse,
  hasAgentFeatures,
  hasCondition,
  hasNodeAgent,
  isBuiltBy,
  isImported,
  isLost,
  isSilentlyLost,
  logEndsWith,
  logHolds,
  pinsOtherAuthority,
  rancherSays,
  usesOtherAddress,
  usesUnknownToken,
} from './symptoms.ts'

const NOT_CONNECTED = (seen: Observations) =>
  isSilentlyLost(seen) && hasCondition(seen, 'Connected', 'False')

/** How Rancher and its agents work together: sessions, features, credentials, who deploys whom. Reference §8. */
export const withAgents: readonly KnownIssue[] = [
  {
    issue: 'rancher/rancher#50154',
    versions: ['2.9.9', '2.10.5', '2.11.1'],
    symptom: (seen) =>
      hasNodeAgent(seen) && workloadsOf(seen).some(({ credentials }) => !credentials.exists),
    note: 'a node agent of this version deletes the credentials secret every hour; applying brings it back for an hour, so upgrade Rancher to the next patch',
  },
  {
    issue: 'rancher/rancher#46920',
    versions: ['2.9..2.10'],
    symptom: (seen) => rancherSays(seen, /failed to find Session for client stv-cluster/),
    note: 'a replica of Rancher looks for a session that another one holds; restart Rancher’s pods, or run one replica for the repair',
  },
  {
    issue: 'rancher/rancher#57462',
    versions: null,
    symptom: (seen) => logHolds(seen, /jailer\.sh: no such file|Embedded rancher failed to start/),
    note: 'the agent’s image lacks jailer.sh, as one that was copied into a private registry may; bring the image that Rancher’s setting agent-image names',
  },
  {
    issue: 'rancher/rancher#35151',
    versions: ['2.6.1..2.6.6'],
    symptom: (seen) => NOT_CONNECTED(seen) && hasAgentFeatures(seen) === false,
    note: 'a second apply of the import manifest took CATTLE_FEATURES from the agent, which then never counts as connected (also #38072); put it back, or have Rancher deploy its own agent again',
  },
  {
    issue: 'rancher/rancher#57385',
    versions: ['2.15.1'],
    symptom: (seen) => NOT_CONNECTED(seen) && hasAgentFeatures(seen) === false,
    note: 'the import manifest has no CATTLE_FEATURES, and Rancher’s own second push does not come; put it into the Deployment',
  },
  {
    issue: 'rancher/rancher#35640',
    versions: ['2.6.3'],
    symptom: (seen) =>
      (hasCondition(seen, 'Ready', 'True') && hasCondition(seen, 'Connected', 'False')) ||
      (hasCondition(seen, 'Ready', 'False') && hasCondition(seen, 'Connected', 'True')),
    note: 'two parts of Rancher write opposite states in turn, so the cluster flaps every 15 seconds; upgrade Rancher, the agents are not the cause',
  },
  {
    issue: 'rancher/rancher#35650',
    versions: ['2.6.3'],
    symptom: (seen) =>
      NOT_CONNECTED(seen) && hasAgentFeatures(seen) === true && !isBuiltBy(seen, 'rke'),
    note: 'imported clusters do not become active in this version; upgrade Rancher, then have it deploy its agent again',
  },
  {
    issue: 'rancher/rancher#55697',
    versions: ['2.9.2'],
    symptom: (seen) => NOT_CONNECTED(seen) && hasAgentFeatures(seen) === true,
    note: 'the tunnel is up, but the part inside the agent that opens the second session never starts; restart the agent, then upgrade Rancher',
  },
  {
    issue: 'rancher/rancher#48584',
    versions: ['2.10.1'],
    symptom: (seen) =>
      isSilentlyLost(seen) &&
      hasAgentFeatures(seen) !== false &&
      logEndsWith(seen, /Connecting to proxy/),
    note: 'an agent of a cluster that was imported again can hang at “Connecting to proxy”; restart the agent, then upgrade Rancher',
  },
  {
    issue: 'rancher/rancher#43907',
    versions: ['2.7.6'],
    symptom: (seen) => isSilentlyLost(seen) && isImported(seen) && hasNodeAgent(seen),
    note: 'a cluster that was a custom one before it was imported may never connect again after its agent pod was made anew; remove what is left of the node agent first',
  },
  {
    issue: 'rancher/rancher#44244',
    versions: ['2.7.6..'],
    symptom: (seen) =>
      isLost(seen) && isBuiltBy(seen, 'rke2') && (usesOtherAddress(seen) || usesUnknownToken(seen)),
    note: 'RKE2 may put an agent of a former life back from rke2/server/manifests/rancher/cluster-agent.yaml on its servers; look there if what was applied does not stay',
  },
  {
    issue: 'rancher/rancher#36589',
    versions: ['2.6'],
    symptom: (seen) => isLost(seen) && logEndsWith(seen, /Starting \/v1, Kind=Service controller/),
    note: 'the agent is stuck behind “Starting /v1, Kind=Service controller” and opens no second session (also #35989); have Rancher deploy its own agent again',
  },
  {
    issue: 'rancher/rancher#41552',
    versions: ['2.7'],
    symptom: (seen) =>
      isImported(seen) &&
      isBuiltBy(seen, 'rke2', 'k3s') &&
      seen.apiServer.ok &&
      rancherSays(seen, /waiting for (?:the )?cluster agent/i),
    note: 'after all control-plane machines restarted, Rancher waits for a cluster agent for ever; have it deploy its agent again',
  },
  {
    issue: 'rancher/rancher#38841',
    versions: ['2.6'],
    symptom: (seen) => rancherSays(seen, /Unauthorized/),
    note: 'the service account token that Rancher keeps is not valid any more, as after a restore of etcd; restart the agent, which tells Rancher the new one',
  },
  {
    issue: 'rancher/rancher#54921',
    versions: ['2.10.3'],
    symptom: (seen) =>
      answerIn(seen.agents)?.clusterAgent === null &&
      hasCondition(seen, 'AgentDeployed', 'False') &&
      rancherSays(seen, /\b401\b|Unauthorized/),
    note: 'Rancher is refused (401) when it deploys the agent into a cluster that was imported by its API address; apply the agent manifest instead',
  },
  {
    issue: 'rancher/rancher#15798',
    versions: ['2.1..2.2'],
    symptom: ({ agents }) =>
      agents.ok && (agents.value.clusterAgent === null || agents.value.nodeAgent === null),
    note: 'this version does not put deleted agents back by itself; apply the agent manifest',
  },
  {
    issue: 'rancher/rancher#31417',
    versions: ['2.5.0..2.5.5'],
    symptom: (seen) => {
      const agents = answerIn(seen.agents)
      if (!agents || !isBuiltBy(seen, 'rancherKubernetesEngine', 'rke')) return false
      const { nodeAgent } = agents
      const wanted = answerIn(seen.settings)?.caChecksum
      return nodeAgent === null || (wanted != null && pinnedChecksumOf(nodeAgent) !== wanted)
    },
    note: 'the import manifest of this version has no node agent for RKE clusters, so applying repairs the cluster agent only; edit the DaemonSet cattle-node-agent by hand, or upgrade Rancher',
  },
  {
    issue: 'rancher/rancher#16220',
    versions: ['2.1.1'],
    symptom: (seen) =>
      isSilentlyLost(seen) && rancherSays(seen, /waiting for cluster agent to connect/),
    note: 'clusters can stay at “waiting for cluster agent to connect” in this version (also #16687); upgrade Rancher to 2.1.2',
  },
  {
    issue: 'rancher/rancher#48382',
    versions: ['2.6..2.10'],
    symptom: (seen) =>
      isBuiltBy(seen, 'rke2', 'k3s') && isImported(seen) && pinsOtherAuthority(seen),
    note: 'the system agents on the nodes keep the old authority too, and the manifest does not reach them; run Rancher’s install command on the nodes again, or upgrade to 2.11',
  },
  {
    issue: 'rancher/rancher#57327',
    versions: ['2.15..2.16'],
    whileConnected: true,
    symptom: (seen) => {
      const agent = answerIn(seen.agents)?.clusterAgent
      return agent != null && !agent.rolledOut && !isLost(seen) && seen.record.ok
    },
    note: 'Rancher changes the agent’s manifest once more right after the first connection, so a second rollout is usual; wait for it',
  },
  {
    issue: 'rancher/rancher#38413',
    versions: ['2.6.6'],
    symptom: (seen) =>
      hasTwoOnOneNode(seen) && logHolds(seen, /:6060: bind: address already in use/),
    note: 'two agent pods on one node fight for port 6060; that is noise in the log and harms nothing',
  },
  {
    issue: 'rancher/rancher#52232',
    versions: null,
    symptom: (seen) => agentsRefuse(seen, /cluster not found/),
    note: '“cluster not found” means a token that this Rancher does not know: the registration is out of date, or of another Rancher',
  },
]

function hasTwoOnOneNode(seen: Observations): boolean {
  const nodes = podsOf(seen).flatMap(({ node }) => node ?? [])
  return new Set(nodes).size < nodes.length
}
