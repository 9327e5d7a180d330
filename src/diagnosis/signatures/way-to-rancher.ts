import type { AddressView } from '../../rancher/index.ts'
import type { Evidence } from '../../recovery/index.ts'
import { agentsSay, refusalsOf } from '../agent-log.ts'
import { clusterAgentOf } from '../agents.ts'
import { msOf } from '../clocks.ts'
import { saw } from '../evidence.ts'
import { answerIn, type Observations } from '../observations.ts'
import { hostOf, isSameUrl } from '../urls.ts'
import { list, oneLine } from '../wording.ts'
import { NO_CONNECTION, NOT_RANCHER, PING_REFUSED, PROXY_FAILS, UNRESOLVED } from './log-texts.ts'
import { CHANGES_NOTHING, type Signature } from './signature.ts'

// Rancher as the agents see it, while the worker reaches it. The start script asks /ping first and stops there (package/run.sh).

export const proxyMisconfigured: Signature = {
  id: 'proxy-misconfigured',
  disproof:
    '`curl -kv SERVER-URL/ping`, in a pod with the agent’s HTTPS_PROXY and NO_PROXY, says pong',
  recognise(observations) {
    const proxies = proxiesOf(observations)
    const said = agentsSay(observations, PROXY_FAILS)
    // An agent that goes through a proxy speaks of the proxy when it speaks of no connection.
    const hosts = proxies.map(([, url]) => hostOf(url)).filter((host) => host !== '')
    const toProxy = agentsSay(observations, NO_CONNECTION) ?? agentsSay(observations, UNRESOLVED)
    const isAboutProxy = toProxy && hosts.some((host) => toProxy.match.input.includes(host))
    const log = said ?? (isAboutProxy ? toProxy : null)
    if (!log) return null
    return {
      confidence: log.byClusterAgent ? 'certain' : 'possible',
      summary: `the agents do not get through their HTTP proxy to Rancher (${addressOfAgents(observations)})`,
      evidence: [
        log.evidence,
        ...(proxies.length > 0
          ? [saw('cluster', list(proxies.map(([name, url]) => `${name} is ${oneLine(url)}`)))]
          : []),
        workersView(observations),
      ],
      remedy: `Correct HTTPS_PROXY and NO_PROXY in the cluster’s agent environment variables (Cluster Management → Edit; NO_PROXY must hold the cluster’s own networks, .svc and .cluster.local), or repair the proxy. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

export const dnsFails: Signature = {
  id: 'dns-fails',
  disproof: '`nslookup HOST`, in a pod of the cluster, gives Rancher’s address',
  recognise(observations) {
    const log = agentsSay(observations, UNRESOLVED)
    if (!log) return null
    const dns = answerIn(observations.agents)?.surroundings.dns
    return {
      confidence: log.byClusterAgent ? 'certain' : 'possible',
      summary: `the agents cannot resolve Rancher’s name (${addressOfAgents(observations)})`,
      evidence: [
        log.evidence,
        ...(dns && dns.readyPods < dns.desiredPods
          ? [
              saw(
                'cluster',
                `the cluster’s DNS has ${dns.readyPods} of ${dns.desiredPods} pods ready`,
              ),
            ]
          : []),
        workersView(observations),
        ...resolvedHere(observations),
      ],
      remedy: `Repair name resolution in the cluster for ${addressOfAgents(observations)}: \`kubectl -n kube-system get pods -l k8s-app=kube-dns\`, then CoreDNS’ upstream and the nodes’ resolv.conf. Applying the agent manifest does not help.`,
      reapplyHelps: false,
    }
  },
}

export const egressBlocked: Signature = {
  id: 'egress-blocked',
  disproof: '`curl -k SERVER-URL/ping`, from a node and from a pod, says pong',
  recognise(observations) {
    const log = agentsSay(observations, NO_CONNECTION)
    if (!log) return hangsBeforePing(observations)
    return {
      confidence: !log.byClusterAgent ? 'possible' : observations.ping.ok ? 'certain' : 'likely',
      summary: `the agents get no connection to Rancher (${addressOfAgents(observations)})`,
      evidence: [log.evidence, workersView(observations)],
      remedy: `Open the way from the cluster’s nodes to ${addressOfAgents(observations)}: firewall, network policy, routes, load balancer. Applying the agent manifest does not help.`,
      reapplyHelps: false,
    }
  },
}

export const agentsGetErrors: Signature = {
  id: 'rancher-failing',
  disproof: '`curl -k SERVER-URL/ping`, from a node, says pong',
  recognise(observations) {
    const log = agentsSay(observations, PING_REFUSED)
    const status = Number(log?.match[1])
    if (!log || status < 500 || isRancherThere(observations)) return null
    return {
      confidence: log.byClusterAgent ? 'likely' : 'possible',
      summary: `the agents get ${status} from Rancher’s address (${addressOfAgents(observations)})`,
      evidence: [log.evidence, workersView(observations)],
      remedy:
        'Look at the load balancer or proxy between the cluster and Rancher, and at Rancher itself: its pods, its log. Applying the agent manifest does not help.',
      reapplyHelps: false,
    }
  },
}

export const somethingElseAnswersAgents: Signature = {
  id: 'rancher-answers-foreign',
  disproof:
    '`curl -k SERVER-URL/v3/settings/cacerts`, from a node, gives JSON with a certificate in it',
  recognise(observations) {
    const refused = agentsSay(observations, PING_REFUSED)
    const isRefused =
      refused !== null && (Number(refused.match[1]) < 500 || isRancherThere(observations))
    const log = isRefused ? refused : agentsSay(observations, NOT_RANCHER)
    // Rancher without cacerts shows an empty setting, which reads the same (fixture cacerts-setting-empty): private-ca-removed.
    const hasNoCacerts = answerIn(observations.settings)?.caCerts === ''
    if (!log || (!isRefused && hasNoCacerts)) return null
    return {
      confidence: log.byClusterAgent ? 'likely' : 'possible',
      summary: isRefused
        ? `something else than Rancher answers the agents with ${log.match[1]} (${addressOfAgents(observations)})`
        : `something else than Rancher answers the agents (${addressOfAgents(observations)})`,
      evidence: [log.evidence, workersView(observations)],
      remedy:
        'Look at what stands between the cluster and Rancher: a captive or log-in page, a load balancer’s default host, a proxy. Applying the agent manifest does not help.',
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
  const isRefused = pods.some((pod) => refusalsOf(pod, observations.observedAt).length > 0)
  if (waiting.length === 0 || isRefused) return null
  const now = msOf(observations.observedAt)
  const hasWaited = waiting.every(({ startedAt }) => now - msOf(startedAt) > PING_TAKES_MS)
  return {
    confidence: hasWaited || observations.isSecondLook ? 'likely' : 'possible',
    summary: `the agents seem to get no answer from Rancher (${addressOfAgents(observations)})`,
    evidence: [
      saw(
        'agent log',
        `ends before the first answer of Rancher (${waiting.length} of ${pods.length} pods)`,
      ),
      workersView(observations),
    ],
    remedy:
      'If the agents have just started, run again in a minute. Otherwise open the way from the cluster’s nodes to Rancher: firewall, network policy, routes. Applying the agent manifest does not help.',
    reapplyHelps: false,
  } as const
}

/** Far more than a /ping that is answered takes. */
const PING_TAKES_MS = 20_000

function proxiesOf(observations: Observations): readonly (readonly [string, string])[] {
  const env = clusterAgentOf(observations)?.env ?? {}
  return Object.entries(env).filter(([name, value]) => /^https?_proxy$/i.test(name) && value !== '')
}

function addressOfAgents(observations: Observations): string {
  return oneLine(clusterAgentOf(observations)?.env.CATTLE_SERVER ?? observations.rancherUrl)
}

/** Whether the worker gets Rancher's answer at the very address where the agents get an error. */
function isRancherThere(observations: Observations): boolean {
  return viewOfAgentsAddress(observations)?.ping?.isPong === true
}

function viewOfAgentsAddress(observations: Observations): AddressView | null {
  const used = clusterAgentOf(observations)?.env.CATTLE_SERVER
  const views = [observations.agentsAddress, observations.serverUrlAddress, observations.address]
  return views.map(answerIn).find((view) => view && used && isSameUrl(view.url, used)) ?? null
}

function resolvedHere(observations: Observations): readonly Evidence[] {
  const view = viewOfAgentsAddress(observations)
  if (!view) return []
  const says =
    view.ipAddresses.length > 0
      ? `resolves to ${list(view.ipAddresses.slice(0, 3))}`
      : 'does not resolve'
  return [saw('worker', `${oneLine(hostOf(view.url))} ${says} here`)]
}

function workersView({ ping, rancherUrl }: Observations): Evidence {
  return ping.ok
    ? saw('worker', `${oneLine(rancherUrl)}/ping answers`)
    : saw('worker', oneLine(ping.failure.message))
}
