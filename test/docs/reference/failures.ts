import { exitCodeOfFailure } from '../../../src/cli/index.ts'
import {
  type FailureCode,
  type FailureFacts,
  failureSubjects,
} from '../../../src/recovery/index.ts'
import { factTexts } from './facts.ts'
import { code, item, wrap } from './markdown.ts'

/** A failure as the documentation shows it. */
export interface DocumentedFailure {
  readonly code: FailureCode
  /** With `CLUSTER` and the like in place of facts. */
  readonly says: string
  readonly nextStep: string
  /** What the next step is where one of the facts is not known. */
  readonly otherNextStep: string | null
  readonly facts: readonly string[]
  /** Those among them without which the texts still read well. */
  readonly optionalFacts: readonly string[]
  readonly operator: string | null
}

interface Texts {
  readonly says: (facts: FailureFacts) => string
  readonly nextStep: (facts: FailureFacts) => string
  readonly operator?: string
}

/** Every failure by subject, in the order of the documentation. */
export function documentedFailures(): readonly {
  readonly subject: string
  readonly failures: readonly DocumentedFailure[]
}[] {
  return failureSubjects.map(({ subject, texts }) => ({
    subject,
    failures: Object.entries<Texts>(texts).map(([found, text]) =>
      documented(found as FailureCode, text),
    ),
  }))
}

function documented(found: FailureCode, { says, nextStep, operator }: Texts): DocumentedFailure {
  const used = new Set<string>()
  const write = (text: Texts['says'], without?: string) => text(placeholders(used, without))
  const [saysText, nextStepText] = [write(says), write(nextStep)]
  const optionalFacts = [...used].filter((fact) => {
    const texts = [write(says, fact), write(nextStep, fact)]
    return texts.every((text) => !text.includes('undefined'))
  })
  const others = optionalFacts.map((fact) => write(nextStep, fact))
  return {
    code: found,
    says: saysText,
    nextStep: nextStepText,
    otherNextStep: others.find((text) => text !== nextStepText) ?? null,
    facts: [...used],
    optionalFacts,
    operator: operator ?? null,
  }
}

/** Facts that write their placeholders into a text, and note which ones it asks for. */
function placeholders(used: Set<string>, without?: string): FailureFacts {
  return new Proxy<FailureFacts>(
    {},
    {
      get(_facts, name) {
        used.add(String(name))
        if (name === without) return undefined
        return factTexts[String(name)]?.shownAs ?? `a fact "${String(name)}" without a text`
      },
    },
  )
}

export function failureContents(): string {
  return documentedFailures()
    .map(({ subject, failures }) => {
      const links = failures.map((failure) => `[${code(failure.code)}](#${failure.code})`)
      return `- **${subject}**\n${links.map((link) => `  - ${link}`).join('\n')}`
    })
    .join('\n')
}

export function failureReference(): string {
  return documentedFailures()
    .map(({ subject, failures }) => [`## ${subject}`, ...failures.map(entry)].join('\n\n'))
    .join('\n\n')
}

function entry(failure: DocumentedFailure): string {
  const { says, nextStep, otherNextStep, facts, operator } = failure
  const exit = exitCodeOfFailure(failure.code)
  return [
    `<a id="${failure.code}"></a>`,
    '',
    `### ${code(failure.code)}`,
    '',
    says
      .split('\n')
      .map((line) => wrap(`> ${line}`, '> '))
      .join('\n'),
    '',
    item('Do', otherNextStep === null ? nextStep : `${nextStep} Or: ${otherNextStep}`),
    ...(facts.length > 0 ? [item('Facts', facts.map(factText).join('; '))] : []),
    ...(operator === null ? [] : [item('Operator', operator)]),
    item('Exit code', String(exit)),
  ].join('\n')
}

function factText(fact: string): string {
  return `${code(fact)}, ${factTexts[fact]?.is ?? ''}`
}
