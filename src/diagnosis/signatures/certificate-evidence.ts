import type { PresentedCertificate } from '../../rancher/index.ts'
import type { Evidence } from '../../recovery/index.ts'
import { describeSkew, skewedNodes } from '../clocks.ts'
import { saw } from '../evidence.ts'
import { answerIn, failureIn, type Observations } from '../observations.ts'
import { distinguishedName, list, oneLine } from '../wording.ts'

// What the worker saw of a certificate and of the clocks that judge it.

/** The worker cannot ask Rancher anything: its requests are refused for the certificate, or could not be told to be. */
export function isRefusedByWorker(observations: Observations): boolean {
  const { ping, record, settings, certificate } = observations
  const isRefused = [ping, record, settings].some(
    (seen) => failureIn(seen)?.code === 'rancher.certificate-untrusted',
  )
  const presented = answerIn(certificate)
  return isRefused || (!record.ok && presented !== null && !presented.verdict.trusted)
}

export function presentedEvidence(
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

export function workersTrust({ configuredAuthority }: Observations): Evidence {
  return configuredAuthority
    ? saw(
        'worker',
        `the worker trusts: ${distinguishedName(configuredAuthority.subject)}, SHA-256 ${configuredAuthority.fingerprint.slice(0, 23)}…`,
      )
    : saw('worker', 'the worker trusts: the system’s authorities (RANCHER_CA_FILE is not set)')
}

export function clockEvidence(observations: Observations): readonly Evidence[] {
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
