import type { Command } from 'commander'
import { type Context, requireReading, withTerminal } from './context.ts'
import type { Terminal } from './contract.ts'
import type { ExitCode } from './exit-code.ts'
import { writeNewFile } from './write-file.ts'

export interface FileOptions {
  readonly output?: string
  readonly force?: true
}

export function addFileOptions(command: Command, defaultFile: string): Command {
  return command
    .option('--output <file>', `where to write it, - for stdout (default: ${defaultFile})`)
    .option('--force', 'replace a file that exists')
}

/** Writes something secret to a file that only its owner can read, or to stdout. */
export function handOver(
  context: Context,
  cluster: string,
  options: FileOptions,
  secret: {
    readonly what: string
    readonly defaultFile: string
    /** `source`: where it is from, where that is not always the same. */
    readonly read: (
      terminal: Terminal,
      signal: AbortSignal,
    ) => Promise<{ readonly text: string; readonly source?: string }>
  },
): Promise<ExitCode> {
  return withTerminal(context, async (terminal) => {
    const { output, parts } = context
    requireReading(terminal)
    const { text, source } = await secret.read(terminal, parts.signal)
    const from = source === undefined ? {} : { source }
    if (options.output === '-') {
      if (output.json) output.record({ cluster, file: null, ...from, content: text })
      else output.content(text)
      if (source !== undefined && !output.json) output.note(`The ${secret.what} is from ${source}.`)
      return 0
    }
    const file = options.output ?? secret.defaultFile
    await writeNewFile(file, text, { mode: 0o600, force: options.force === true })
    output.record({ cluster, file, ...from })
    const origin = source === undefined ? '' : `, from ${source},`
    output.say(
      `Wrote the ${secret.what} of ${cluster}${origin} to ${file} (mode 0600). Keep it secret.`,
    )
    return 0
  })
}
