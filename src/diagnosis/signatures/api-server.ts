import type { FailureCode } from '../../recovery/index.ts'
import { answerIn, failureIn } from '../observations.ts'
import { isTimeOut } from '../probe.ts'
import { oneLine, withoutFullStop } from '../wording.ts'
import type { Signature } from './signature.ts'

const NOT_SERVING: readonly FailureCode[] = [
  'cluster.unreachable',
  'cluster.timed-out',
  'cluster.failing',
]

export const apiServerUnreachable: Signature = {
  id: 'api-server-unreachable',
  recognise(observations) {
    const failure = failureIn(observations.apiServer)
    if (!failure || observations.agents.ok || !NOT_SERVING.includes(failure.code)) return null
    const record = answerIn(observations.record)
    return {
      confidence: isTimeOut(failure) ? 'likely' : 'certain',
      summary: withoutFullStop(failure.message),
      evidence: [
        'worker: neither the API server nor the agents in the cluster could be looked at',
        ...(record?.message ? [`Rancher: ${oneLine(record.message)}`] : []),
      ],
      remedy: `${failure.nextStep} Nothing can be applied before that.`,
      reapplyHelps: false,
    }
  },
}
