import type { Explanation, Owners } from '../../diagnosis/index.ts'
import { asFailure, Failure } from '../../recovery/index.ts'
import { askUnlessInterrupted } from '../ask.ts'
import { unanswered } from '../ask-clusters.ts'
import { type AddCommand, type Context, requireReading } from '../context.ts'
import { describeExplanation, describeOwners } from '../describe-explanation.ts'
import type { ExitCode } from '../exit-code.ts'

const HELP = `
Put the line in single quotation marks, or give none and paste it when asked: what stands on a command line,
other accounts of this machine can read.`

export const addExplain: AddCommand = (program, perform) => {
  program
    .command('explain')
    .allowUnknownOption()
    .argument('[line...]', 'a line of a log; without it, you are asked for one')
    .description(
      'say what a line of a Rancher or agent log means, and which cluster the address in it belongs to',
    )
    .addHelpText('after', HELP)
    .action((words: readonly string[]) => perform((context) => explainLine(context, words)))
}

async function explainLine(context: Context, words: readonly string[]): Promise<ExitCode> {
  const { output, parts } = context
  const pasted = words.join(' ') || (await askUnlessInterrupted(context, 'Paste the line: '))
  if (parts.signal.aborted) return 130
  if (!pasted?.trim())
    throw new Failure('usage.invalid', { problem: 'there is no line to explain' })
  // Loaded here, because no other command of the terminal needs it in its own process before it asks.
  const { explain } = await import('../../diagnosis/index.ts')
  const explanation = explain(pasted)
  const found = await lookUp(context, explanation)
  output.record({
    explanation,
    owners: found instanceof Failure ? null : found,
    ...(found instanceof Failure && { notLookedUp: { code: found.code, message: found.message } }),
  })
  output.say(...describeExplanation(explanation))
  if (found instanceof Failure) output.say(`Owner   could not be looked up: ${found.message}`)
  else if (found) output.say(...describeOwners(found))
  return 0
}

/**
 * Whose addresses stand in the lines, null when there are none; a failure when nobody could be asked: what a line means needs neither
 * configuration nor Rancher. Fails for somebody who may not ask.
 */
async function lookUp(
  { parts }: Context,
  { traces }: Explanation,
): Promise<Owners | Failure | null> {
  try {
    const terminal = await parts.openTerminal()
    try {
      requireReading(terminal)
      if (traces.addresses.length === 0 && traces.clusterIds.length === 0) return null
      const answer = await terminal.ask({ about: 'owners', traces }, parts.signal)
      return answer.kind === 'owners' ? answer.found : unanswered(answer)
    } finally {
      await terminal.close()
    }
  } catch (error) {
    const failure = asFailure(error)
    if (failure.code === 'policy.may-not-request' || parts.signal.aborted) throw failure
    return failure
  }
}
