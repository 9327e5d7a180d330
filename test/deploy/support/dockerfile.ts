import { DockerfileParser } from 'dockerfile-ast'

/** One instruction; `text` is what follows the keyword and its flags, continued lines joined, quotes as they are. */
export interface Step {
  readonly keyword: string
  readonly flags: Readonly<Record<string, string>>
  readonly text: string
  /** The strings of the exec form (`["a", "b"]`); empty for any other form. */
  readonly strings: readonly string[]
}

/** A build stage: its name (or number as text), the image it starts from, and what is done in it. */
export interface Stage {
  readonly name: string
  readonly image: string
  readonly steps: readonly Step[]
}

export function readStages(text: string): readonly Stage[] {
  const stages: { name: string; image: string; steps: Step[] }[] = []
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword()
    const rest = instruction.getTextContent().slice(keyword.length)
    const step = stepOf(keyword, rest.replace(/\\\n/g, ' ').trim())
    if (step.keyword === 'FROM') {
      const [image = '', , name = String(stages.length)] = step.text.split(/\s+/)
      stages.push({ name, image, steps: [] })
    } else {
      stages.at(-1)?.steps.push(step)
    }
  }
  return stages
}

function stepOf(keyword: string, rest: string): Step {
  const [written = ''] = /^(?:--\S+\s+)*/.exec(rest) ?? []
  const flags = Object.fromEntries(
    [...written.matchAll(/--([a-z-]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  )
  const text = rest.slice(written.length)
  const [, exec] = /^(?:CMD )?(\[.*\])$/.exec(text) ?? []
  return { keyword, flags, text, strings: exec === undefined ? [] : JSON.parse(exec) }
}
