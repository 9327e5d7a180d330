import type { AddressView, PresentedCertificate } from '../../rancher/index.ts'
import { judgeChain } from '../../rancher/index.ts'
import type { Evidence } from '../../recovery/index.ts'
import { agentsSay, type LogSighting } from '../agent-log.ts'
import { clusterAgentOf, pinnedChecksumOf, workloadsOf } from '../agents.ts'
import { describeSkew, isSkew, likelyNow, msOf, skewedNodes, workerSkewMs } from '../clocks.ts'
import { saw } from '../evidence.ts'
import { answerIn, failureIn, type Observations } from '../observations.ts'
import { distinguishedName, list, oneLine, short, withoutFullStop } from '../wording.ts'
import { X509, X509_CHAIN, X509_DATES, X509_ISSUER, X509_NAME } from './log-texts.ts'
import { CHANGES_NOTHING, type Finding, type Signature } from './signature.ts'

// The certificate at Rancher's address, as the agents and as the worker see it. One look tells which of its faults it is; a
// certificate can have one of them at a time for whoever refuses it.

type Fault =
  | 'expired'
  | 'not-yet-valid'
  | 'clock'
  | 'name'
  | 'incomplete'
  | 'intercepted'
  | 'untrusted'

interface Trouble {
  readonly fault: Fault
  readonly confidence: Finding['confidence']
  /** What is wrong, as part of a sentence. */
  readonly reason: string
  readonly evidence: readonly Evidence[]
}

export const clockSkew = signatureOf(
  'clock-skew',
  'clock',
  '`date -u` on the nodes, the worker and the Rancher server all agree',
  ({ reason }) => ({
    summary: reason,
    remedy: `Set the clock right (NTP, chrony); the agents connect by themselves afterwards. ${CHANGES_NOTHING}`,
  }),
)

export const certificateExpired = signatureOf(
  'certificate-expired',
  'expired',
  '`openssl s_client -connect HOST:443 | openssl x509 -noout -dates`, from a node, shows a certificate that is in date',
  ({ reason }) => ({
    summary: `Rancher’s certificate has expired: ${reason}`,
    remedy: `Renew Rancher’s certificate (Secret tls-rancher-ingress, cert-manager, or the load balancer’s); from the same authority, the agents then connect by themselves. ${CHANGES_NOTHING}`,
  }),
)

export const certificateNotYetValid = signatureOf(
  'certificate-not-yet-valid',
  'not-yet-valid',
  '`date -u` on the machine that made the certificate is wrong no more and a new certificate was made',
  ({ reason }) => ({
    summary: `Rancher’s certificate is not valid yet: ${reason}`,
    remedy: `Issue a certificate that is valid from now on, and set right the clock of the machine that made this one. ${CHANGES_NOTHING}`,
  }),
)

export const certificateNameMismatch = signatureOf(
  'certificate-name-mismatch',
  'name',
  'the certificate’s SAN holds the host of the agents’ CATTLE_SERVER',
  ({ reason }) => ({
    summary: `Rancher’s certificate is for another name: ${reason}`,
    remedy: `Give Rancher’s address a certificate whose SAN holds the name that the agents use, or set server-url to a name that it holds. ${CHANGES_NOTHING}`,
  }),
)

export const certificateChainIncomplete = signatureOf(
  'certificate-chain-incomplete',
  'incomplete',
  '`openssl s_client -showcerts` shows the intermediate certificate, behind the server’s own',
  ({ reason }) => ({
    summary: `Rancher’s address does not serve its whole chain: ${reason}`,
    remedy: `Have it serve the server’s certificate first and all intermediate ones behind it (Secret tls-rancher-ingress, or the load balancer). ${CHANGES_NOTHING}`,
  }),
)

export const tlsIntercepted = signatureOf(
  'tls-intercepted',
  'intercepted',
  '`openssl s_client` from a node and from the worker shows the same certificate',
  ({ reason }) => ({
    summary: `something between the agents and Rancher breaks TLS open: ${reason}`,
    remedy: `Take Rancher’s address out of TLS inspection on the way from the cluster’s nodes (proxy, firewall). Do not trust that authority instead. ${CHANGES_NOTHING}`,
  }),
)

export const rancherCertificateUntrusted = signatureOf(
  'rancher-certificate-untrusted',
  'untrusted',
  'the setting cacerts holds the authority that signed what Rancher’s address serves',
  ({ reason }, observations) =>
    isRefusedByWorker(observations)
      ? {
          summary: `Rancher’s certificate does not verify from the worker: ${reason}`,
          remedy:
            'If Rancher’s authority was changed on purpose, put the new one into RANCHER_CA_FILE and run again. If not, find out who answers at this address before anything else. Nothing is applied until it verifies.',
        }
      : {
          summary: `the agents do not accept the certificate that Rancher’s address presents: ${reason}`,
          remedy: `Make Rancher’s address serve a certificate of the authority in the setting cacerts; or, if that authority is new, put it into cacerts and run again. ${CHANGES_NOTHING}`,
        },
)

function signatureOf(
  id: Signature['id'],
  fault: Fault,
  disproof: string,
  words: (
    trouble: Trouble,
    observations: Observations,
  ) => { readonly summary: string; readonly remedy: string },
): Signature {
  return {
    id,
    disproof,
    recognise(observations) {
      const trouble = troubleWith(observations)
      if (trouble?.fault !== fault) return null
      const { confidence, evidence } = trouble
      return { confidence, evidence, reapplyHelps: false, ...words(trouble, observations) }
    },
  }
}

/** The worker cannot ask Rancher anything: its requests are refused for the certificate, or could not be told to be. */
export function isRefusedByWorker(observations: Observations): boolean {
  const { ping, record, settings, certificate } = observations
  const isRefused = [ping, record, settings].some(
    (seen) => failureIn(seen)?.code === 'rancher.certificate-untrusted',
  )
  const presented = answerIn(certificate)
  return isRefused || (!record.ok && presented !== null && !presented.verdict.trusted)
}

/** What is wrong with the certificate, by the worker's refusal, the agents' words, and what they are to judge it by. */
function troubleWith(observations: Observations): Trouble | null {
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

function presentedEvidence(
  observations: Observations,
  presented: PresentedCertificate | null,
): readonly Evidence[] {
  if (!presented) return []
  const { issuer, fingerprint, validFrom, validTo, verdict } = presented
  const fits = isRefusedByWorker(observations)
    ? ''
    : `, ${verdict.trusted ? 'fits' : 'does not fit'} Rancher’s cacerts`
  const says = `Rancher presents: issued by ${distinguishedName(issuer)}, SHA-256 ${fingerprint.slice(0, 23)}…, valid ${validFrom} to ${validTo}${fits}`
  return [saw('worker', says)]
}

function workersTrust({ configuredAuthority }: Observations): Evidence {
  return configuredAuthority
    ? saw(
        'worker',
        `the worker trusts: ${distinguishedName(configuredAuthority.subject)}, SHA-256 ${configuredAuthority.fingerprint.slice(0, 23)}…`,
      )
    : saw('worker', 'the worker trusts: the system’s authorities (RANCHER_CA_FILE is not set)')
}

function clockEvidence(observations: Observations): readonly Evidence[] {
  const rancher = answerIn(observations.address)?.serverTime
  const apiServer = answerIn(observations.agents)?.surroundings.apiServer?.time
  const said = [
    `worker ${observations.observedAt}`,
    ...(rancher ? [`Rancher ${rancher}`] : []),
    ...(apiServer ? [`API server ${apiServer}`] : []),
  ]
  const nodes = skewedNodes(observations).map(
    ({ node, skewMs }) => `${oneLine(node)} ${describeSkew(skewMs)}`,
  )
  return [
    saw('worker', `clocks: ${list(said)}`),
    ...(nodes.length > 0
      ? [saw('cluster', `nodes report a clock that is wrong: ${list(nodes)}`)]
      : []),
  ]
}

function isoOf(ms: number): string {
  return Number.isNaN(ms) ? 'an unknown time' : new Date(ms).toISOString()
}
