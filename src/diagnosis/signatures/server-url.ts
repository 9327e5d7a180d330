import type { AddressView } from '../../rancher/index.ts'
import { agentsSay, isTunnelOpen } from '../agent-log.ts'
import { clusterAgentOf } from '../agents.ts'
import { saw } from '../evidence.ts'
import { answerIn, type Observations } from '../observations.ts'
import { hostOf, isLoopback, isSameUrl } from '../urls.ts'
import { oneLine } from '../wording.ts'
import { NO_CONNECTION, UNRESOLVED } from './log-texts.ts'
import { CHANGES_NOTHING, type Signature } from './signature.ts'

// The address that the agents use, against the one that Rancher says they are to use: the setting server-url.

const ANY_REFUSAL = /[\s\S]+/

export const serverUrlWrong: Signature = {
  id: 'server-url-wrong',
  disproof: '`curl -k SERVER-URL/ping`, from a node, says pong',
  recognise(observations) {
    const serverUrl = answerIn(observations.settings)?.serverUrl
    if (!serverUrl) return null
    const wrong = whatIsWrongWith(serverUrl, observations)
    if (!wrong) return null
    const log = agentsSay(observations, ANY_REFUSAL)
    return {
      confidence: wrong.isCertain && log?.byClusterAgent ? 'certain' : 'likely',
      summary: `Rancher’s setting server-url is ${oneLine(serverUrl)}, ${wrong.what}`,
      evidence: [
        ...(log ? [log.evidence] : []),
        saw('rancher', `server-url is ${oneLine(serverUrl)}`),
        saw('worker', wrong.seen),
      ],
      remedy: `Set server-url (Global Settings, or \`kubectl edit settings.management.cattle.io server-url\` where Rancher runs) to the address that agents can reach, such as ${oneLine(observations.rancherUrl)}; then run again: the agents need a new manifest. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

export const serverUrlChanged: Signature = {
  id: 'server-url-changed',
  disproof:
    'the agents’ CATTLE_SERVER, the url in their credentials secret and server-url are the same',
  recognise(observations) {
    const serverUrl = answerIn(observations.settings)?.serverUrl
    const agent = clusterAgentOf(observations)
    if (!serverUrl || !agent) return null
    const used = [agent.env.CATTLE_SERVER, agent.credentials.url].filter((url) => url != null)
    const other = used.find((url) => !isSameUrl(url, serverUrl))
    if (other === undefined || whatIsWrongWith(serverUrl, observations)) return null
    const log = agentsSay(observations, ANY_REFUSAL)
    const view = answerIn(observations.agentsAddress)
    const isDead = view !== null && !isRancher(view, observations)
    const isOpen = agent.pods.some((pod) => isTunnelOpen(pod, observations.observedAt))
    return {
      confidence: isOpen ? 'possible' : log?.byClusterAgent || isDead ? 'certain' : 'likely',
      summary: `the agents go to ${oneLine(other)}, Rancher is now at ${oneLine(serverUrl)}`,
      evidence: [
        ...(log ? [log.evidence] : []),
        saw('cluster', `${agent.ref.name} uses ${used.map(oneLine).join(' and ')}`),
        saw('rancher', `server-url is ${oneLine(serverUrl)}`),
        ...(view ? [saw('worker', `${oneLine(view.url)} ${describe(view, observations)}`)] : []),
      ],
      remedy: `Apply the agent manifest again: the agents then go to ${oneLine(serverUrl)}. If nobody changed server-url on purpose, find out first who did.`,
      reapplyHelps: true,
    }
  },
}

interface Wrong {
  readonly what: string
  readonly seen: string
  readonly isCertain: boolean
}

/** Null when nothing speaks against it. An address that only agents cannot reach is not wrong: their way to it is. */
function whatIsWrongWith(serverUrl: string, observations: Observations): Wrong | null {
  const { rancherUrl } = observations
  if (isSameUrl(serverUrl, rancherUrl)) return null
  const host = hostOf(serverUrl)
  if (isLoopback(host) && !isLoopback(hostOf(rancherUrl))) {
    const seen = `${oneLine(host)} is the machine itself, wherever it is asked for`
    return { what: 'which every agent takes for itself', seen, isCertain: true }
  }
  const view = answerIn(observations.serverUrlAddress)
  if (!view) return null
  if (isRancher(view, observations)) return null
  const isUsed = clusterAgentOf(observations)?.env.CATTLE_SERVER
  const log = agentsSay(observations, UNRESOLVED) ?? agentsSay(observations, NO_CONNECTION)
  if (view.problem !== null) {
    // Agents may live in a network where the address works, so their word is needed as well.
    if (!log || !isUsed || !isSameUrl(isUsed, serverUrl)) return null
    const what = 'where neither they nor the worker can connect'
    return { what, seen: `${oneLine(serverUrl)}: ${view.problem}`, isCertain: false }
  }
  return {
    what: 'where something else answers than this Rancher',
    seen: `${oneLine(serverUrl)} ${describe(view, observations)}`,
    isCertain: true,
  }
}

/** Whether an address shows what this Rancher shows. Rancher shows its cacerts to everybody, so another one can be told by that. */
function isRancher(view: AddressView, observations: Observations): boolean {
  const settings = answerIn(observations.settings)
  if (view.problem !== null || !view.ping?.isPong) return false
  return !settings || view.caChecksum === null || view.caChecksum === settings.caChecksum
}

function describe(view: AddressView, observations: Observations): string {
  if (view.problem !== null) return `cannot be connected to: ${view.problem}`
  if (!view.ping?.isPong) return `answers ${view.ping?.status ?? 'nothing'} to /ping`
  return isRancher(view, observations)
    ? 'answers as well'
    : 'is another Rancher, with other cacerts'
}
