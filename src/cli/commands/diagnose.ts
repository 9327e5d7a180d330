import { diagnosisOf, isOver, type Run } from '../../recovery/index.ts'
import { type AddCommand, type Context, withTerminal } from '../context.ts'
import { describeDiagnosis } from '../describe-diagnosis.ts'
import { describeEnd } from '../describe-run.ts'
import { type ExitCode, exitCodeOfRun } from '../exit-code.ts'
import { follow, sayInterrupted } from '../follow.ts'
import { runRecord } from '../run-record.ts'

export const addDiagnose: AddCommand = (program, perform) => {
  program
    .command('diagnose')
    .argument('<cluster>', 'name as Rancher shows it, or id')
    .description('say why Rancher lost a cluster, with evidence; writes nothing')
    .action((cluster: string) => perform((context) => diagnose(context, cluster)))
}

function diagnose(context: Context, cluster: string): Promise<ExitCode> {
  return withTerminal(context, async (terminal) => {
    const { output, parts } = context
    const requested = await terminal.operations.request({
      cluster,
      goal: 'diagnose',
      by: terminal.person,
      conversation: null,
      requestId: null,
    })
    const isOwn = requested.kind === 'started'
    const runId = isOwn ? requested.runId : requested.run.id
    // A run of somebody else goes on after its diagnosis; ours ends with it.
    const isAnswered = (run: Run) => isOver(run) || (!isOwn && diagnosisOf(run) !== null)
    const run = await follow(context, terminal, runId, isAnswered)
    if (!isAnswered(run)) return sayInterrupted(context, run)
    output.record({ run: runRecord(run) })
    const diagnosis = diagnosisOf(run)
    if (diagnosis) {
      output.say(...describeDiagnosis(diagnosis, parts.clock()))
      if (!isOwn) output.say(`Run     ${runId} works on this cluster already`)
      return 0
    }
    output.say(...describeEnd(run))
    return exitCodeOfRun(run)
  })
}
