import type { Failure, FailureCode } from '../../recovery/index.ts'
import { saw } from '../evidence.ts'
import { answerIn, failureIn, type Observations } from '../observations.ts'
import { oneLine, withoutFullStop } from '../wording.ts'
import { CHANGES_NOTHING, type Finding, type Signature } from './signature.ts'

// Rancher as the worker sees it. Without Rancher's record and settings no manifest can be made, so these come before all others.

const NO_ANSWER: readonly FailureCode[] = ['rancher.unreachable', 'rancher.timed-out']

export const rancherUnreachable: Signature = {
  id: 'rancher-unreachable',
  disproof: 'another machine gets an answer from Rancher: then only the worker’s own way is broken',
  recognise(observations) {
    const failures = failuresOf(observations)
    const isSilent = failures.length === 3 && failures.every(({ code }) => NO_ANSWER.includes(code))
    if (!isSilent) return null
    const refused = failures.find(({ code }) => code === 'rancher.unreachable')
    const address = answerIn(observations.address)
    return {
      confidence: refused ? 'certain' : 'likely',
      summary: withoutFullStop((refused ?? failures[0])?.message ?? ''),
      evidence: [
        saw('worker', 'neither /ping nor the cluster record nor the settings were answered'),
        ...(address?.problem ? [saw('worker', `${oneLine(address.url)}: ${address.problem}`)] : []),
      ],
      remedy: `Bring Rancher back first: server, load balancer, name and network. The agents connect by themselves once ${oneLine(observations.rancherUrl)}/ping answers; if they do not, run again.`,
      reapplyHelps: false,
    }
  },
}

export const rancherFailing: Signature = {
  id: 'rancher-failing',
  disproof:
    'Rancher’s pods or container are healthy and its own address, without the load balancer, answers',
  recognise(observations) {
    const failures = failuresOf(observations)
    const bad = failures.find(
      ({ code }) => code === 'rancher.failing' || code === 'rancher.answer-too-large',
    )
    const silent = failures.find(({ code }) => NO_ANSWER.includes(code))
    const failure = bad ?? (failures.length < 3 ? silent : undefined)
    return failure ? badAnswer(observations, failures, failure, bad !== undefined) : null
  },
}

export const somethingElseAnswersWorker: Signature = {
  id: 'rancher-answers-foreign',
  disproof: 'a browser at this address, from the worker’s network, shows Rancher’s log-in page',
  recognise(observations) {
    const failures = failuresOf(observations)
    const strange = failures.find(({ code }) => code === 'rancher.unexpected-answer')
    return strange ? badAnswer(observations, failures, strange, true) : null
  },
}

function badAnswer(
  { record, settings }: Observations,
  failures: readonly Failure[],
  failure: Failure,
  isAnswered: boolean,
): Finding {
  const isUsable = record.ok && settings.ok
  return {
    confidence: isUsable ? 'possible' : isAnswered ? 'certain' : 'likely',
    summary: isAnswered
      ? withoutFullStop(failure.message)
      : `Rancher answers only in part: ${withoutFullStop(failure.message)}`,
    evidence: failures
      .map(({ message }) => withoutFullStop(message))
      .filter((message, index, all) => all.indexOf(message) === index)
      .map((message) => saw('worker', message)),
    remedy: `${failure.nextStep} ${CHANGES_NOTHING}`,
    reapplyHelps: false,
  }
}

function failuresOf({ ping, record, settings }: Observations): readonly Failure[] {
  return [ping, record, settings]
    .map(failureIn)
    .filter((failure) => failure !== null)
    .filter(({ code }) => code !== 'rancher.cluster-not-found')
}
