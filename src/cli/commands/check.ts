import type { AddCommand, Context } from '../context.ts'
import type { CheckLine } from '../contract.ts'
import type { ExitCode } from '../exit-code.ts'

export const addCheck: AddCommand = (program, perform) => {
  program
    .command('check')
    .description('test the configuration against the real services; changes nothing')
    .action(() => perform(check))
}

async function check({ parts, output }: Context): Promise<ExitCode> {
  const lines: CheckLine[] = []
  for await (const line of parts.check(parts.signal)) {
    lines.push(line)
    output.say(`${line.ok ? 'ok ' : 'NOT'}  ${line.what}: ${line.detail}`)
    if (line.nextStep !== undefined) output.say(`     ${line.nextStep}`)
  }
  const bad = lines.filter((line) => !line.ok).length
  output.record({ ok: bad === 0, checks: lines })
  output.say(bad === 0 ? 'All is well.' : `${bad} of ${lines.length} need attention.`)
  if (parts.signal.aborted) return 130
  return bad === 0 ? 0 : 3
}
