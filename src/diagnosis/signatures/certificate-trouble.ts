import type { AddressView, PresentedCertificate } from '../../rancher/index.ts'
import { judgeChain } from '../../rancher/index.ts'
import type { Evidence } from '../../recovery/index.ts'
import { agentsSay, type LogSighting } from '../agent-log.ts'
import { clusterAgentOf, pinnedChecksumOf, workloadsOf } from '../agents.ts'
import { describeSkew, isSkew, likelyNow, msOf, skewedNodes, workerSkewMs } from '../clocks.ts'
import { saw } from '../evidence.ts'
import { answerIn, type Observations } from '../observations.ts'
import { distinguishedName, oneLine, short, withoutFullStop } from '../wording.ts'
import {
  clockEvidence,
  isRefusedByWorker,
  presentedEvidence,
  workersTrust,
} from './certificate-evidence.ts'
import { X509, X509_CHAIN, X509_DATES, X509_ISSUER, X509_NAME } from './log-texts.ts'
import type { Finding } from './signature.ts'

// Which of its faults a served certificate has: dates, then name, then authority, as TLS libraries check them.

/** What can be wrong with a served certificate. */
type Fault =
  | 'expired'
  | 'not-yet-valid'
  | 'clock'
  | 'name'
  | 'incomplete'
  | 'intercepted'
  | 'untrusted'

export interface Trouble {
  readonly fault: Fault
  readonly confidence: Finding['confidence']
  /** What is wrong, as part of a sentence. */
  readonly reason: string
  readonly evidence: readonly Evidence[]
}

/** What is wrong with the certificate, by the worker's refusal, the agents' words, and what they are to judge it by. */
export function troubleWith(observations: Observations): Trouble | null {
  const log = agentsSay(observations, X509)
  const byWorker = isRefusedByWorker(observations)
  const presented = answerIn(
    byWorker ? observations.certificate : observations.certificateForAgents,
  )
  const isRefusedHere = byWorker || isRefusedByCacerts(observations, presented)
  if (!log && !isRefusedHere) return workersClock(observations)
  // Agents that pin another authority refuse every certificate of this one: that is ca-changed, not a second cause.
  if (!isRefusedHere && log && !isAboutDatesOrName(log) && pinsAnother(observations)) return null
  return (
    datesTrouble(observations, log, presented, isRefusedHere) ??
    nameTrouble(observations, log, presented, isRefusedHere) ??
    (isWithoutAuthority(observations)
      ? null
      : authorityTrouble(observations, log, presented, isRefusedHere))
  )
}

/** Agents that are not strict take the system's authorities as well, so cacerts alone do not decide. */
function isRefusedByCacerts(observations: Observations, presented: PresentedCertificate | null) {
  if (!presented || presented.verdict.trusted) return false
  const isOnlyUntrusted = !/expired|valid yet|host name/.test(presented.verdict.reason)
  const isPublic = answerIn(observations.address)?.isPubliclyTrusted === true
  return !(isOnlyUntrusted && isPublic && !isStrict(observations))
}

function isStrict(observations: Observations): boolean {
  const said = clusterAgentOf(observations)?.env.STRICT_VERIFY
  return said === undefined
    ? answerIn(observations.installation)?.agentTlsMode === 'strict'
    : said === 'true'
}

function pinsAnother(observations: Observations): boolean {
  const settings = answerIn(observations.settings)
  return (
    settings !== null &&
    workloadsOf(observations).some((it) => pinnedChecksumOf(it) !== settings.caChecksum)
  )
}

/** Nobody has an authority to judge by any more: private-ca-removed. */
function isWithoutAuthority(observations: Observations): boolean {
  return answerIn(observations.settings)?.caCerts === '' && pinsAnother(observations)
}

function isAboutDatesOrName(log: LogSighting): boolean {
  return X509_DATES.test(log.match.input) || X509_NAME.test(log.match.input)
}

/** A worker whose clock is wrong may still be right about everything else: worth saying, as a mere possibility. */
function workersClock(observations: Observations): Trouble | null {
  const skewMs = workerSkewMs(observations)
  if (skewMs === null || (observations.record.ok && observations.settings.ok)) return null
  return {
    fault: 'clock',
    confidence: 'possible',
    reason: `the worker’s clock is ${describeSkew(skewMs)}`,
    evidence: clockEvidence(observations),
  }
}

function datesTrouble(
  observations: Observations,
  log: LogSighting | null,
  presented: PresentedCertificate | null,
  isRefusedHere: boolean,
): Trouble | null {
  const said = log && X509_DATES.exec(log.match.input)
  const verdict =
    isRefusedHere && presented && !presented.verdict.trusted ? presented.verdict.reason : ''
  const isRefusedForDates = /expired|valid yet/.test(verdict)
  if (!said && !isRefusedForDates) return null
  const [, agentTime, side, limit] = said ?? []
  const now = likelyNow(observations) ?? msOf(agentTime)
  const from = msOf(side === 'before' ? limit : presented?.validFrom)
  const to = msOf(side === 'after' ? limit : presented?.validTo)
  const evidence = [
    ...(log && said ? [log.evidence] : []),
    ...presentedEvidence(observations, presented),
    ...clockEvidence(observations),
  ]
  const confidence = log?.byClusterAgent || isRefusedHere ? 'certain' : 'possible'
  if (now > to) {
    return { fault: 'expired', confidence, reason: `it was valid until ${isoOf(to)}`, evidence }
  }
  if (now < from) {
    return {
      fault: 'not-yet-valid',
      confidence,
      reason: `it is valid from ${isoOf(from)}`,
      evidence,
    }
  }
  const isKnown = !Number.isNaN(from) || !Number.isNaN(to)
  if (!isKnown) {
    const reason = 'the agents say so; its dates could not be seen'
    return { fault: 'expired', confidence: 'possible', reason, evidence }
  }
  const clock = wrongClock(observations, agentTime, said !== null)
  return { fault: 'clock', evidence, ...clock }
}

/** The certificate is in date now, and somebody holds it for out of date: whose clock is it? */
function wrongClock(
  observations: Observations,
  agentTime: string | undefined,
  isSaidByAgents: boolean,
): Pick<Trouble, 'confidence' | 'reason'> {
  const now = likelyNow(observations) ?? Number.NaN
  const [node] = skewedNodes(observations)
  const agentSkewMs = msOf(agentTime) - now
  if (isSaidByAgents && isSkew(agentSkewMs)) {
    const whose = node ? `node ${oneLine(node.node)}` : 'the nodes'
    const reason = `the clock of ${whose} is ${describeSkew(agentSkewMs)}, so that Rancher’s certificate looks out of date there`
    return { confidence: 'certain', reason }
  }
  if (isSaidByAgents && node) {
    const reason = `the clock of node ${oneLine(node.node)} is ${describeSkew(node.skewMs)}, so that Rancher’s certificate looks out of date there`
    return { confidence: 'certain', reason }
  }
  const workersMs = workerSkewMs(observations)
  if (!isSaidByAgents && workersMs !== null) {
    const reason = `the worker’s clock is ${describeSkew(workersMs)}, so that Rancher’s certificate looks out of date to it`
    return { confidence: 'certain', reason }
  }
  const who = isSaidByAgents ? 'the nodes' : 'the worker'
  const reason = `Rancher’s certificate is in date, but looks out of date to ${who}: the clock there seems to be wrong`
  return { confidence: 'likely', reason }
}

function nameTrouble(
  observations: Observations,
  log: LogSighting | null,
  presented: PresentedCertificate | null,
  isRefusedHere: boolean,
): Trouble | null {
  const said = log && X509_NAME.test(log.match.input)
  const verdict =
    isRefusedHere && presented && !presented.verdict.trusted ? presented.verdict.reason : ''
  const isRefusedForName = /host name/.test(verdict)
  if (!said && !isRefusedForName) return null
  return {
    fault: 'name',
    confidence: log?.byClusterAgent || isRefusedForName ? 'certain' : 'possible',
    reason: said ? oneLine(log.match[0].replace(/^x509: /, '')) : verdict,
    evidence: [...(said ? [log.evidence] : []), ...presentedEvidence(observations, presented)],
  }
}

const INSPECTION =
  /proxy|inspect|intercept|decrypt|firewall|gateway ca|zscaler|fortinet|fortigate|palo ?alto|blue ?coat|netskope|sophos|squid|mitm|untangle|check ?point|web filter/i

function authorityTrouble(
  observations: Observations,
  log: LogSighting | null,
  presented: PresentedCertificate | null,
  isRefusedHere: boolean,
): Trouble {
  const view = viewOf(observations)
  const chain = view?.chain ?? []
  const expected = isRefusedByWorker(observations)
    ? observations.configuredCaPem
    : (answerIn(observations.settings)?.caCerts ?? '')
  const judgement = judgeChain(chain, expected, observations.configuredCaPem)
  const shownToAgents = issuerShownToAgents(observations)
  const issuer = presented?.issuer ?? chain.at(-1)?.issuer ?? ''
  const reason = reasonOf(presented, log, isRefusedHere)
  const evidence = [
    ...(log ? [log.evidence] : []),
    ...presentedEvidence(observations, presented),
    ...(isRefusedByWorker(observations) ? [workersTrust(observations)] : []),
    ...interceptionEvidence(observations, shownToAgents),
  ]
  const sure =
    log && isRefusedHere
      ? 'certain'
      : isRefusedByWorker(observations)
        ? 'certain'
        : log?.byClusterAgent
          ? 'likely'
          : 'possible'
  const isTrustedHere = presented?.verdict.trusted === true
  if (log && isTrustedHere) {
    const isOther = shownToAgents !== null && !chain.some((it) => hasName(it, shownToAgents))
    if (X509_CHAIN.test(log.match.input) && !isOther) {
      return { fault: 'incomplete', confidence: 'likely', reason, evidence }
    }
    const why = shownToAgents
      ? `the agents are shown a certificate of ${oneLine(shownToAgents)}, the worker one of ${distinguishedName(issuer)}`
      : 'the agents do not know the authority of the certificate that they are shown, and what the worker is shown is right'
    const confidence = log.byClusterAgent ? (isOther ? 'certain' : 'likely') : 'possible'
    return { fault: 'intercepted', confidence, reason: why, evidence }
  }
  if (INSPECTION.test(issuer) || (shownToAgents && INSPECTION.test(shownToAgents))) {
    const name = INSPECTION.test(issuer) ? distinguishedName(issuer) : oneLine(shownToAgents ?? '')
    return {
      fault: 'intercepted',
      confidence: sure === 'certain' ? 'likely' : sure,
      reason: `what is served is of ${name}`,
      evidence,
    }
  }
  if (judgement === 'incomplete') {
    const missing = distinguishedName(chain.at(-1)?.issuer ?? issuer)
    return {
      fault: 'incomplete',
      confidence: sure,
      reason: `the certificate of ${missing} is missing`,
      evidence,
    }
  }
  // The same text stands for both; without a look at the chain, what agents from 2.3 on name is all there is.
  const namesIntermediate =
    shownToAgents !== null && /intermediate|issuing|\bsub[- ]?ca\b/i.test(shownToAgents)
  if (judgement === null && namesIntermediate) {
    return {
      fault: 'incomplete',
      confidence: sure,
      reason: `the certificate of ${oneLine(shownToAgents)} is missing`,
      evidence,
    }
  }
  return { fault: 'untrusted', confidence: sure, reason, evidence }
}

function reasonOf(
  presented: PresentedCertificate | null,
  log: LogSighting | null,
  isRefusedHere: boolean,
): string {
  if (isRefusedHere && presented && !presented.verdict.trusted) {
    return withoutFullStop(presented.verdict.reason)
  }
  return oneLine(log?.match[0] ?? 'it does not verify')
}

/** The last issuer in the chain that agents from 2.3.2 on print, null where they do not. */
function issuerShownToAgents(observations: Observations): string | null {
  return agentsSay(observations, X509_ISSUER)?.match[1] ?? null
}

/** Go writes a name as `CN=a,O=b`, Node one part a line; the parts are the same. */
function hasName({ issuer, subject }: { issuer: string; subject: string }, name: string): boolean {
  const partsOf = (text: string) =>
    text
      .split(/[,\n]/)
      .map((part) => part.trim())
      .sort()
      .join()
  return [issuer, subject].some((it) => partsOf(it) === partsOf(name))
}

/** An inspecting proxy passes the setting on, but signs with its own authority. */
function interceptionEvidence(observations: Observations, shownToAgents: string | null) {
  const shown = answerIn(observations.address)?.caChecksum
  const agent = clusterAgentOf(observations)
  const pinned = agent && pinnedChecksumOf(agent)
  return [
    ...(shownToAgents
      ? [saw('agent log', `the last certificate shown is of ${oneLine(shownToAgents)}`)]
      : []),
    ...(pinned && shown === pinned
      ? [
          saw(
            'cluster',
            `the agents pin ${short(pinned)}, which is what Rancher’s cacerts still says`,
          ),
        ]
      : []),
  ]
}

function viewOf(observations: Observations): AddressView | null {
  return answerIn(observations.serverUrlAddress) ?? answerIn(observations.address)
}

function isoOf(ms: number): string {
  return Number.isNaN(ms) ? 'an unknown time' : new Date(ms).toISOString()
}
