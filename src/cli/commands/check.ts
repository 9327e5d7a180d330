import { Option } from 'commander'
import type { AddCommand, Context } from '../context.ts'
import type { CheckLine, CheckQuestion } from '../contract.ts'
import type { ExitCode } from '../exit-code.ts'
import { forTerminal } from '../output.ts'

const SIGNS: Readonly<Record<CheckLine['status'], string>> = {
  ok: '✓',
  warning: '!',
  failed: '✗',
  skipped: '–',
}

const HELP = `
Signs:
  ✓  is as it should be
  !  works, but not as it should, or not for long
  ✗  does not work; the line below says what to do
  –  could not be tested, because something before it failed

Exit codes:
    0  nothing failed (lines with ! are allowed)
    3  something failed
  130  interrupted`

export const addCheck: AddCommand = (program, perform) => {
  program
    .command('check')
    .description('test the configuration against the real services; changes nothing')
    .argument('[cluster]', 'only what concerns this cluster: Rancher and its kubeconfig')
    .addOption(
      new Option('--role <role>', 'the role that this environment is for').choices([
        'all',
        'bot',
        'worker',
      ]),
    )
    .addHelpText('after', HELP)
    .action((cluster: string | undefined, options: { readonly role?: CheckQuestion['role'] }) =>
      perform((context) =>
        check(context, { cluster: cluster ?? null, role: options.role ?? null }),
      ),
    )
}

async function check({ parts, output }: Context, question: CheckQuestion): Promise<ExitCode> {
  const lines: CheckLine[] = []
  for await (const line of parts.check(question, parts.signal)) {
    lines.push(line)
    output.say(`${SIGNS[line.status]} ${line.what}: ${line.detail}`)
    if (line.nextStep !== undefined) output.say(`    ${forTerminal(line.nextStep)}`)
  }
  const isWell = count(lines, 'failed') === 0
  output.record({ ok: isWell, checks: lines })
  if (parts.signal.aborted) return 130
  output.say('', summaryOf(lines))
  return isWell ? 0 : 3
}

function summaryOf(lines: readonly CheckLine[]): string {
  const [failed, warnings, skipped] = (['failed', 'warning', 'skipped'] as const).map((status) =>
    count(lines, status),
  )
  const works = failed === 0
  if (works && warnings === 0) return 'All is well. Next: `reagent start`.'
  const parts = [
    ...(failed ? [`${failed} of ${lines.length} failed`] : []),
    ...(warnings ? [`${warnings} ${warnings === 1 ? 'wants' : 'want'} a look (!)`] : []),
    ...(skipped ? [`${skipped} could not be tested yet`] : []),
  ]
  return `${works ? 'Nothing failed; ' : ''}${parts.join(', ')}.`
}

function count(lines: readonly CheckLine[], status: CheckLine['status']): number {
  return lines.filter((line) => line.status === status).length
}
