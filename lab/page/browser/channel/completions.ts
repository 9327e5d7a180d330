/** Something that the composer offers: what it is called, what stands in the line when it is taken. */
export interface Completion {
  readonly label: string
  readonly what: string
  readonly text: string
}

interface Command {
  readonly verb: string
  readonly argument: '' | 'CLUSTER' | '[CLUSTER]' | 'LOG LINE' | 'RUN'
  readonly what: string
}

const COMMANDS: readonly Command[] = [
  { verb: 'reagent', argument: 'CLUSTER', what: 'find the cause, plan, approve, apply, prove' },
  { verb: 'diagnose', argument: 'CLUSTER', what: 'cause and evidence; writes nothing' },
  { verb: 'clusters', argument: '', what: 'what Rancher sees, lost ones first' },
  { verb: 'status', argument: '[CLUSTER]', what: 'how a cluster and its run stand' },
  { verb: 'explain', argument: 'LOG LINE', what: 'what a log line means, and whose address it is' },
  { verb: 'runs', argument: '', what: 'what was asked for lately' },
  { verb: 'cancel', argument: 'RUN', what: 'end a run that has written nothing yet' },
  { verb: 'help', argument: '', what: 'what you may do here' },
]

/** What could be meant by a line that is being typed: commands, then the clusters that fit. Empty when nothing is left to say. */
export function completionsFor(line: string, clusters: readonly string[]): readonly Completion[] {
  const typed = line.toLowerCase().replace(/\s+/g, ' ')
  if (!typed.startsWith('/')) return []
  const [, verb, rest] = /^\/rancher (\S+) (.*)$/.exec(typed) ?? []
  const command = COMMANDS.find((one) => one.verb === verb)
  if (command && rest !== undefined) {
    if (!command.argument.includes('CLUSTER')) return []
    return clusters
      .filter((name) => name.toLowerCase().startsWith(rest) && name.toLowerCase() !== rest)
      .map((name) => ({
        label: name,
        what: `/rancher ${command.verb} ${name}`,
        text: `/rancher ${command.verb} ${name}`,
      }))
  }
  return COMMANDS.filter(({ verb: one }) => {
    const whole = `/rancher ${one}`
    return whole.startsWith(typed) && whole !== typed
  }).map(({ verb: one, argument, what }) => ({
    label: `/rancher ${one} ${argument}`.trim(),
    what,
    text: /^[A-Z]/.test(argument) ? `/rancher ${one} ` : `/rancher ${one}`,
  }))
}
