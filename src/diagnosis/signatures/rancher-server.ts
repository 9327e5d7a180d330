import type { Failure, FailureCode } from '../../recovery/index.ts'
import { answerIn, failureIn, type Observations } from '../observations.ts'
import { distinguishedName, oneLine, withoutFullStop } from '../wording.ts'
import type { Signature } from './signature.ts'

// Rancher as the worker sees it. Without Rancher's record and settings no manifest can be made, so these come before all others.

const NO_ANSWER: readonly FailureCode[] = ['rancher.unreachable', 'rancher.timed-out']
const BAD_ANSWER: readonly FailureCode[] = [
  'rancher.failing',
  'rancher.unexpected-answer',
  'rancher.answer-too-large',
]

export const rancherCertificateUntrusted: Signature = {
  id: 'rancher-certificate-untrusted',
  recognise(observations) {
    const failures = failuresOf(observations)
    const refused = failures.find(({ code }) => code === 'rancher.certificate-untrusted')
    const presented = answerIn(observations.certificate)
    const verdict = presented?.verdict
    if (!refused && (observations.record.ok || !verdict || verdict.trusted)) return null
    const reason = verdict && !verdict.trusted ? verdict.reason : (refused?.facts.reason ?? '')
    const expected = observations.configuredAuthority
    return {
      confidence: 'certain',
      summary: `Rancher’s certificate does not verify from the worker: ${withoutFullStop(reason)}`,
      evidence: [
        ...(presented ? [describe(presented)] : []),
        expected
          ? `the worker trusts: ${distinguishedName(expected.subject)}, SHA-256 ${expected.fingerprint.slice(0, 23)}…`
          : 'the worker trusts: the system’s authorities (RANCHER_CA_FILE is not set)',
      ],
      remedy:
        'If Rancher’s authority was changed on purpose, put the new one into RANCHER_CA_FILE and run again. If not, find out who answers at this address before anything else. Nothing is applied until it verifies.',
      reapplyHelps: false,
    }
  },
}

export const rancherUnreachable: Signature = {
  id: 'rancher-unreachable',
  recognise(observations) {
    const failures = failuresOf(observations)
    const isSilent = failures.every(({ code }) => NO_ANSWER.includes(code))
    if (!isSilent || !nothingCame(observations, failures.length)) return null
    const refused = failures.find(({ code }) => code === 'rancher.unreachable')
    return {
      confidence: refused ? 'certain' : 'likely',
      summary: withoutFullStop((refused ?? failures[0])?.message ?? ''),
      evidence: [
        failures.length === 3
          ? 'worker: neither /ping nor the cluster record nor the settings were answered'
          : 'worker: /ping was not answered; the rest was read past Rancher’s address',
      ],
      remedy: `Bring Rancher back first: server, load balancer, name and network. The agents connect by themselves once ${oneLine(observations.rancherUrl)}/ping answers; if they do not, run again.`,
      reapplyHelps: false,
    }
  },
}

/** Where record and settings were read from Rancher's own cluster, `/ping` alone tells whether Rancher answers. */
function nothingCame(
  { ping, record, settings, reachedBy }: Observations,
  failures: number,
): boolean {
  if (failures === 3) return true
  const isPastAddress = reachedBy?.isApi === false && record.ok && settings.ok
  return isPastAddress && !ping.ok
}

export const rancherFailing: Signature = {
  id: 'rancher-failing',
  recognise(observations) {
    const failures = failuresOf(observations)
    const bad = failures.find(({ code }) => BAD_ANSWER.includes(code))
    const silent = failures.find(({ code }) => NO_ANSWER.includes(code))
    const failure = bad ?? (nothingCame(observations, failures.length) ? undefined : silent)
    if (!failure) return null
    const { record, settings, reachedBy } = observations
    const isUsable = record.ok && settings.ok && reachedBy?.isApi !== false
    return {
      confidence: isUsable ? 'possible' : bad ? 'certain' : 'likely',
      summary: bad
        ? withoutFullStop(bad.message)
        : `Rancher answers only in part: ${withoutFullStop(failure.message)}`,
      evidence: failures
        .map(({ message }) => `worker: ${withoutFullStop(message)}`)
        .filter(isFirst),
      remedy: failure.nextStep,
      reapplyHelps: false,
    }
  },
}

function failuresOf({ ping, record, settings }: Observations): readonly Failure[] {
  return [ping, record, settings].map(failureIn).filter((failure) => failure !== null)
}

function describe(presented: {
  readonly issuer: string
  readonly fingerprint: string
  readonly validFrom: string
  readonly validTo: string
}): string {
  const { issuer, fingerprint, validFrom, validTo } = presented
  return `Rancher presents: issued by ${distinguishedName(issuer)}, SHA-256 ${fingerprint.slice(0, 23)}…, valid ${validFrom} to ${validTo}`
}

function isFirst(item: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(item) === index
}
