import { InvalidArgumentError } from 'commander'
import { keyOf, type Run } from '../../recovery/index.ts'
import { type AddCommand, withTerminal } from '../context.ts'
import { describeState } from '../describe-run.ts'
import { runRecord } from '../run-record.ts'
import { table } from '../table.ts'
import { age } from '../times.ts'

export const addRuns: AddCommand = (program, perform) => {
  program
    .command('runs')
    .description('list the latest runs, newest first')
    .option('--limit <count>', 'how many at most', countFrom, 20)
    .action((options: { readonly limit: number }) =>
      perform((context) =>
        withTerminal(context, async ({ operations, person }) => {
          const { output, parts } = context
          const runs = await operations.runs(person, options.limit)
          output.record({ runs: runs.map(runRecord) })
          if (runs.length === 0) output.say('There was no run yet.')
          else output.say(...runTable(runs, parts.clock(), output.columns))
          return 0
        }),
      ),
    )
}

function runTable(runs: readonly Run[], now: Date, columns: number | null): readonly string[] {
  const head = ['RUN', 'CLUSTER', 'GOAL', 'REQUESTED', 'BY', 'STATE']
  const rows = runs.map((run) => [
    run.id,
    run.cluster,
    run.goal,
    age(run.requestedAt, now),
    keyOf(run.requestedBy),
    describeState(run),
  ])
  return table([head, ...rows], columns)
}

function countFrom(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 1_000) return count
  throw new InvalidArgumentError('Expected a number from 1 to 1000.')
}
