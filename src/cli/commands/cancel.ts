import { type AddCommand, withTerminal } from '../context.ts'
import { runRecord } from '../run-record.ts'

export const addCancel: AddCommand = (program, perform) => {
  program
    .command('cancel')
    .argument('<run>', 'id of the run, such as r-4f7kq2mz')
    .description('end a run before anything is applied')
    .action((runId: string) =>
      perform((context) =>
        withTerminal(context, async ({ operations, person }) => {
          const run = await operations.cancel(runId, person)
          context.output.record({ run: runRecord(run) })
          context.output.say(`Run ${run.id} for ${run.cluster} is cancelled. Nothing was written.`)
          return 0
        }),
      ),
    )
}
