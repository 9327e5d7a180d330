import { agentsSay } from '../agent-log.ts'
import { clusterAgentOf } from '../agents.ts'
import { answerIn, type Observations } from '../observations.ts'
import type { Finding, Signature } from './signature.ts'

// `websocket: bad handshake` alone says only that the connection was refused: an unknown token and a proxy's 503 give the same line
// (fixtures token-unknown and lb-503-connect). What tells them apart is whether Rancher has the mounted token.

const HANDSHAKE_REFUSED = /websocket: bad handshake/
const CLUSTER_NOT_FOUND = /Response body: cluster not found/

export const tokenRevoked: Signature = {
  id: 'token-revoked',
  recognise(observations) {
    const refused = agentsSay(observations, HANDSHAKE_REFUSED)
    const isRegistered = isTokenRegistered(observations)
    if (isRegistered === true) return null
    if (isRegistered === null) return refused && byLogAlone(observations, refused.evidence)
    const tokens = answerIn(observations.registrations) ?? []
    return {
      // An empty list may also mean that the API token may not see the registrations.
      confidence: tokens.length > 0 || refused ? 'certain' : 'likely',
      summary: 'the agents’ token is not a registration of this cluster any more',
      evidence: [
        ...(refused ? [refused.evidence] : []),
        `the mounted token is none of the ${tokens.length} that Rancher has for this cluster`,
      ],
      remedy: 'Apply the agent manifest again: the agents then get a token that Rancher knows.',
      reapplyHelps: true,
    }
  },
}

export const handshakeRefused: Signature = {
  id: 'rancher-failing',
  recognise(observations) {
    const refused = agentsSay(observations, HANDSHAKE_REFUSED)
    if (!refused || isTokenRegistered(observations) !== true) return null
    return {
      confidence: refused.byClusterAgent ? 'likely' : 'possible',
      summary: 'the agents’ connection is refused although their token is right',
      evidence: [refused.evidence, 'the mounted token is one that Rancher has for this cluster'],
      remedy:
        'Look at the load balancer or proxy in front of Rancher: it must let websockets through to /v3/connect. Then at the Rancher server’s log. Applying the agent manifest changes nothing.',
      reapplyHelps: false,
    }
  },
}

function byLogAlone(observations: Observations, evidence: string): Finding {
  const isNamed = agentsSay(observations, CLUSTER_NOT_FOUND) !== null
  return {
    confidence: isNamed ? 'likely' : 'possible',
    summary: 'Rancher refuses the agents’ connection, perhaps because it does not know their token',
    evidence: [evidence, 'whether Rancher has the mounted token could not be compared'],
    remedy:
      'Run again once Rancher’s registrations can be read. Until then look at the load balancer or proxy in front of Rancher: a 503 there looks the same.',
    reapplyHelps: false,
  }
}

/** Null when it is not known: no agent, no readable secret, or no list of registrations. */
export function isTokenRegistered(observations: Observations): boolean | null {
  const tokens = answerIn(observations.registrations)
  const mounted = clusterAgentOf(observations)?.credentials.tokenFingerprint ?? null
  return tokens === null || mounted === null ? null : tokens.includes(mounted)
}
