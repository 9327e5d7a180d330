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
    readonly read: (terminal: Terminal, signal: AbortSignal) => Promise<string>
  },
): Promise<ExitCode> {
  return withTerminal(context, async (terminal) => {
    const { output, parts } = context
    requireReading(terminal)
    const text = await secret.read(terminal, parts.signal)
    if (options.output === '-') {
      if (output.json) output.record({ cluster, file: null, content: text })
      else output.content(text)
      return 0
    }
    const file = options.output ?? secret.defaultFile
    await writeNewFile(file, text, { mode: 0o600, force: options.force === true })
    output.record({ cluster, file })
    output.say(`Wrote the ${secret.what} of ${cluster} to ${file} (mode 0600). Keep it secret.`)
    return 0
  })
}
