import { agentsSay, type LogSighting } from '../agent-log.ts'
import { clusterAgentOf } from '../agents.ts'
import { saw } from '../evidence.ts'
import { answerIn, type Observations } from '../observations.ts'
import { oneLine } from '../wording.ts'
import {
  CLUSTER_NOT_FOUND,
  HANDSHAKE_ANSWER,
  HANDSHAKE_REFUSED,
  NO_SERVICE_ACCOUNT,
  TUNNEL_CUT,
} from './log-texts.ts'
import { CHANGES_NOTHING, type Signature } from './signature.ts'

// `websocket: bad handshake` alone says only that the connection was refused: an unknown token and a proxy's 503 give the same line
// (fixtures token-unknown and lb-503-connect). What tells them apart is whether Rancher has the mounted token, and the answer's body.

export const credentialsOfAnotherCluster: Signature = {
  id: 'credentials-of-another-cluster',
  disproof: 'the token in the mounted secret is one that Rancher lists for this cluster',
  recognise(observations) {
    if (isTokenRegistered(observations) === true) return null
    const mounted = mountedToken(observations)
    const record = answerIn(observations.record)
    const owner = answerIn(observations.owners)?.find(({ fingerprint }) => fingerprint === mounted)
    if (!mounted || !record || !owner || owner.clusterId === record.id) return null
    return {
      confidence: 'certain',
      summary: `the agents have the token of another cluster, ${oneLine(owner.clusterId)}; this one is ${record.id}`,
      evidence: [
        saw('rancher', `the mounted token is a registration of ${oneLine(owner.clusterId)}`),
        ...refusedEvidence(observations),
      ],
      remedy: `Apply the agent manifest again: the agents then get a token of this cluster. Find out who applied the manifest of ${oneLine(owner.clusterId)} here: that cluster may have taken these agents for its own, so restart its agents afterwards.`,
      reapplyHelps: true,
    }
  },
}

export const tokenRevoked: Signature = {
  id: 'token-revoked',
  disproof: 'the token in the mounted secret is one that Rancher lists for this cluster',
  recognise(observations) {
    const refused = agentsSay(observations, HANDSHAKE_REFUSED)
    const isRegistered = isTokenRegistered(observations)
    if (isRegistered === true || isOfAnother(observations)) return null
    if (isRegistered === null) return refused && byLogAlone(observations, refused)
    const tokens = answerIn(observations.registrations) ?? []
    return {
      // An empty list may also mean that the API token may not see the registrations.
      confidence: tokens.length > 0 || refused ? 'certain' : 'likely',
      summary: 'the agents’ token is not a registration of this cluster any more',
      evidence: [
        ...refusedEvidence(observations),
        saw(
          'rancher',
          `the mounted token is none of the ${tokens.length} that Rancher has for this cluster`,
        ),
      ],
      remedy: 'Apply the agent manifest again: the agents then get a token that Rancher knows.',
      reapplyHelps: true,
    }
  },
}

export const websocketBlocked: Signature = {
  id: 'websocket-blocked',
  disproof:
    'Rancher’s log says `Handling backend connection request` for this cluster and nothing cuts it',
  recognise(observations) {
    const refused = refusedBeforeRancher(observations)
    if (!refused) return null
    const { log, answer, status } = refused
    const isSilent = status === 0 || status < 500
    return {
      confidence: log.byClusterAgent ? 'likely' : 'possible',
      summary: isSilent
        ? `the agents’ websocket is refused${refused.isTokenKnown ? ' although their token is right' : ', and not for their token'}`
        : `the agents’ websocket gets ${status}, while the rest of Rancher answers`,
      evidence: [log.evidence, ...answer, ...refused.token],
      remedy: `Look at the load balancer or proxy in front of Rancher: it must let websockets through to /v3/connect, with the headers Upgrade and Connection${isSilent ? '' : ' and a backend that lives'}. Then at the Rancher server’s log. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

/** Rancher does not know a token that its own API lists: another or an older Rancher answers the agents. */
export const otherRancherRefuses: Signature = {
  id: 'rancher-answers-foreign',
  disproof: 'the Rancher server’s log has no `cluster not found` at the time of the agents’ line',
  recognise(observations) {
    const log = agentsSay(observations, CLUSTER_NOT_FOUND)
    if (!log || isTokenRegistered(observations) !== true) return null
    return {
      confidence: log.byClusterAgent ? 'likely' : 'possible',
      summary:
        'what answers the agents does not know a token that Rancher has: it seems to be another Rancher',
      evidence: [log.evidence, registeredToken],
      remedy: `See who answers at ${oneLine(observations.rancherUrl)} from the cluster’s network: a restored or second Rancher, or a replica that is behind (restart Rancher’s pods). ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

export const tunnelKeepsBeingCut: Signature = {
  id: 'websocket-blocked',
  disproof: 'a tunnel of another cluster through the same load balancer lives for hours',
  recognise(observations) {
    const log = agentsSay(observations, TUNNEL_CUT)
    if (!log || agentsSay(observations, HANDSHAKE_REFUSED)) return null
    return {
      confidence: log.byClusterAgent ? 'likely' : 'possible',
      summary: 'the agents connect, and something cuts their connection again',
      evidence: [log.evidence],
      remedy: `Raise the idle timeout for websockets of the load balancer and firewalls between the cluster and Rancher to 60 s or more; make sure that no other cluster runs agents with this registration. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

interface Refused {
  readonly log: LogSighting
  /** As the agents print it, else as the worker gets it there, 0 where neither is known. */
  readonly status: number
  readonly isTokenKnown: boolean
  readonly answer: readonly ReturnType<typeof saw>[]
  readonly token: readonly ReturnType<typeof saw>[]
}

/** A refused handshake that was not for the token: something in front of Rancher answered, or kept the upgrade from it. */
function refusedBeforeRancher(observations: Observations): Refused | null {
  const log = agentsSay(observations, HANDSHAKE_REFUSED)
  const isRegistered = isTokenRegistered(observations)
  if (!log || agentsSay(observations, NO_SERVICE_ACCOUNT)) return null
  if (agentsSay(observations, CLUSTER_NOT_FOUND)) return null
  const said = agentsSay(observations, HANDSHAKE_ANSWER)?.match
  const here = answerIn(observations.serverUrlAddress)?.connect ?? null
  // The program of before 2.3 prints no status; with a token that is not known to be right, only the worker's own look then speaks for
  // a proxy.
  const isOddHere = here !== null && !isRanchersRefusal(here)
  if (isRegistered !== true && !said && !isOddHere) return null
  const status = said ? Number(said[1]) : isOddHere ? here.status : 0
  return {
    log,
    status,
    isTokenKnown: isRegistered === true,
    answer: isOddHere
      ? [saw('worker', `/v3/connect answers ${here.status} here, which is not Rancher’s way`)]
      : [],
    token: isRegistered === true ? [registeredToken] : [],
  }
}

const registeredToken = saw('rancher', 'the mounted token is one that Rancher has for this cluster')

/** Rancher checks who asks before it upgrades, so whoever brings no token gets this; 200 up to 2.4. */
function isRanchersRefusal({
  status,
  body,
}: {
  readonly status: number
  readonly body: string
}): boolean {
  return /failed authentication|cluster not found|must authenticate/.test(body) || status === 401
}

function byLogAlone(observations: Observations, refused: LogSighting) {
  const isNamed = agentsSay(observations, CLUSTER_NOT_FOUND) !== null
  const said = agentsSay(observations, HANDSHAKE_ANSWER)
  // An answer that is not Rancher's word about the token is websocket-blocked or rancher-failing.
  if ((said && !isNamed) || agentsSay(observations, NO_SERVICE_ACCOUNT)) return null
  return {
    confidence: isNamed ? 'likely' : 'possible',
    summary: 'Rancher refuses the agents’ connection, perhaps because it does not know their token',
    evidence: [
      refused.evidence,
      saw('rancher', 'whether Rancher has the mounted token could not be compared'),
    ],
    remedy:
      'Run again once Rancher’s registrations can be read. Until then look at the load balancer or proxy in front of Rancher: a 503 there looks the same.',
    reapplyHelps: false,
  } as const
}

function refusedEvidence(observations: Observations) {
  const refused = agentsSay(observations, HANDSHAKE_REFUSED)
  return refused ? [refused.evidence] : []
}

function isOfAnother(observations: Observations): boolean {
  return credentialsOfAnotherCluster.recognise(observations) !== null
}

function mountedToken(observations: Observations): string | null {
  return clusterAgentOf(observations)?.credentials.tokenFingerprint ?? null
}

/** Null when it is not known: no agent, no readable secret, or no list of registrations. */
export function isTokenRegistered(observations: Observations): boolean | null {
  const tokens = answerIn(observations.registrations)
  const mounted = mountedToken(observations)
  return tokens === null || mounted === null ? null : tokens.includes(mounted)
}
