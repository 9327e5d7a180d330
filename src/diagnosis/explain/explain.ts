import type { CauseId } from '../../recovery/index.ts'
import { oneLine } from '../wording.ts'
import { type Traces, tracesIn } from './addresses.ts'
import { type LineMeaning, lineMeanings, type Writer } from './meanings/index.ts'
import { type PostedSecret, withoutSecrets } from './posted-secrets.ts'
import { type LogLine, readLine } from './read-line.ts'

/** What one line of a log says. Texts are sentences without any credential; what stands between backticks is a command or a name. */
export interface LineExplanation {
  /** Which known kind of line it is, null for one that is not known. */
  readonly id: string | null
  /** The line itself, without secrets, shortened. */
  readonly line: string
  /** How many of the pasted lines say this. */
  readonly count: number
  readonly by: Writer | null
  readonly weight: LineMeaning['weight'] | 'unknown'
  readonly confidence: LineMeaning['confidence'] | 'unknown'
  readonly means: string
  readonly doesNotProve: string
  readonly toDo: string
  readonly cause: CauseId | null
}

export interface Explanation {
  /** The most telling first; at most three, never empty. */
  readonly lines: readonly LineExplanation[]
  /** How many lines were looked at, and how many kinds of them are not shown. */
  readonly lineCount: number
  readonly leftOut: number
  /** Whom to look up: see `Traces`. */
  readonly traces: Traces
  /** Credentials that were pasted along. They stand nowhere in this explanation. */
  readonly secrets: readonly PostedSecret[]
}

const LONGEST_TEXT = 64_000
const MOST_LINES = 100
const SHOWN_LINES = 3
const WEIGHTS: readonly LineExplanation['weight'][] = ['fault', 'sign', 'unknown', 'normal']

/**
 * Says what lines of a Rancher or agent log mean; one line or several, wrapped by whatever loggers and viewers put around them. Pure;
 * never throws. Looks at 64,000 characters and 100 lines at most.
 */
export function explain(pasted: string): Explanation {
  const { text, secrets } = withoutSecrets(pasted.slice(0, LONGEST_TEXT))
  const lines = text
    .split(/[\r\n\u2028\u2029]+/)
    .filter((line) => /[\p{L}\p{N}]/u.test(line))
    .slice(0, MOST_LINES)
  const all = perKind(lines.map(explainLine))
  // A terminal breaks a long line into several when it is copied.
  const joined = lines.length > 1 ? explainLine(lines.join(' ')) : null
  const isOnlyKnownJoined = joined?.id != null && all.every(({ id }) => id === null)
  const found = isOnlyKnownJoined ? [joined] : all
  const byWeight = found.toSorted((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight))
  return {
    lines: byWeight.length > 0 ? byWeight.slice(0, SHOWN_LINES) : [nothingToRead],
    lineCount: lines.length,
    leftOut: Math.max(0, found.length - SHOWN_LINES),
    traces: tracesIn(lines.join('\n')),
    secrets,
  }
}

function explainLine(pasted: string): LineExplanation {
  const read = readLine(pasted)
  const line = withoutBackticks(oneLine(read.message))
  for (const meaning of lineMeanings) {
    const match = meaning.pattern.exec(read.message)
    if (match) return known(meaning, match.groups ?? {}, line)
  }
  return unknown(read, line)
}

function known(
  meaning: LineMeaning,
  groups: Readonly<Record<string, string | undefined>>,
  line: string,
): LineExplanation {
  const { pattern: _, means, doesNotProve, toDo, ...same } = meaning
  const filled = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => shown(groups[name] ?? ''))
  return {
    ...same,
    line,
    count: 1,
    means: filled(means),
    doesNotProve: filled(doesNotProve),
    toDo: filled(toDo),
  }
}

function shown(text: string): string {
  return withoutBackticks(oneLine(text)).slice(0, 160) || '(nothing)'
}

function withoutBackticks(text: string): string {
  return text.replaceAll('`', "'")
}

/** What can be said honestly of a line that is in no table. */
function unknown({ level, component }: LogLine, line: string): LineExplanation {
  const said = [
    level === null ? '' : `Its level is ${level}.`,
    component === null ? '' : `It was written by ${shown(component)}.`,
  ].filter((part) => part !== '')
  const isBad = level === 'error' || level === 'fatal'
  return {
    id: null,
    line,
    count: 1,
    by: null,
    weight: 'unknown',
    confidence: 'unknown',
    means: ['Not a line that Reagent knows.', ...said].join(' '),
    doesNotProve: isBad
      ? 'That a cluster is lost: programs log errors that they get over.'
      : 'Anything about the connection between Rancher and a cluster.',
    toDo: 'Look at the lines around it, and whether it repeats. If a cluster is lost, `/rancher diagnose CLUSTER` looks for the cause without this line.',
    cause: null,
  }
}

const nothingToRead: LineExplanation = {
  id: null,
  line: '',
  count: 0,
  by: null,
  weight: 'unknown',
  confidence: 'unknown',
  means: 'There is no line to explain.',
  doesNotProve: 'Anything.',
  toDo: 'Paste a line from a log of Rancher or its agents behind the command.',
  cause: null,
}

/** Each kind once, with how often it was there; unknown lines count as one kind when they say the same. */
function perKind(explanations: readonly LineExplanation[]): readonly LineExplanation[] {
  const kinds = new Map<string, LineExplanation>()
  for (const one of explanations) {
    const key = one.id ?? `? ${one.line}`
    const seen = kinds.get(key)
    kinds.set(key, seen ? { ...seen, count: seen.count + 1 } : one)
  }
  return [...kinds.values()]
}
