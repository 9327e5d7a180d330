import { pastedText } from './pasted-text.ts'

/** What somebody typed after `/rancher`. */
export type Command =
  | { readonly kind: 'reagent' | 'diagnose'; readonly cluster: string }
  | { readonly kind: 'clusters' }
  | { readonly kind: 'status'; readonly cluster: string | null }
  | { readonly kind: 'runs' }
  /** Lines of a log as they stood before Slack changed them. */
  | { readonly kind: 'explain'; readonly pasted: string }
  | { readonly kind: 'cancel'; readonly run: string }
  | { readonly kind: 'help' }

export type ParsedCommand =
  | { readonly ok: true; readonly command: Command }
  /** A sentence that says what was not understood and what to type instead. Holds what was typed: escape it. */
  | { readonly ok: false; readonly why: string }

const NAMES = [
  'reagent',
  'diagnose',
  'clusters',
  'status',
  'explain',
  'runs',
  'cancel',
  'help',
] as const

// Rancher takes names of up to 63 characters from its own pages, and longer ones through its API.
const LONGEST_NAME = 253

/** Reads the text of a slash command: raw, with smart quotes, odd spaces and escaped mentions as people's clients send them. */
export function parseCommand(text: string): ParsedCommand {
  const lines = /^\s*explain(?![^\s`:])[\s:]*(.*)$/is.exec(text)?.[1]
  if (lines !== undefined) return explainCommand(lines)
  if (text.length > 2_000) return no('That is too long. Type for example: /rancher reagent myk8s')
  const words = wordsOf(text)
  if (words === null)
    return no('A quotation mark is not closed. Type for example: /rancher reagent "my cluster"')
  const [first = 'help', ...rest] = words
  const name = first.toLowerCase()
  switch (name) {
    case 'reagent':
    case 'diagnose':
      return withCluster(name, rest)
    case 'status':
      if (rest.length === 0) return ok({ kind: 'status', cluster: null })
      return withCluster('status', rest)
    case 'cancel':
      if (rest.length === 1 && /^r-[a-z0-9]{1,20}$/.test(rest[0] ?? '')) {
        return ok({ kind: 'cancel', run: rest[0] ?? '' })
      }
      return no('Say which run: /rancher cancel r-… (see /rancher runs).')
    case 'clusters':
    case 'runs':
    case 'help':
      return rest.length === 0 ? ok({ kind: name }) : no(`"${name}" takes nothing after it.`)
    default:
      return no(`There is no command "${first.slice(0, 40)}". ${suggestionFor(name, words.length)}`)
  }
}

/** Log lines hold quotation marks and spaces of their own, so they are not split into words. */
function explainCommand(lines: string): ParsedCommand {
  const pasted = pastedText(lines)
  return pasted === ''
    ? no('Paste the line behind the command: /rancher explain http: TLS handshake error from …')
    : ok({ kind: 'explain', pasted })
}

function withCluster(
  kind: 'reagent' | 'diagnose' | 'status',
  rest: readonly string[],
): ParsedCommand {
  const [cluster] = rest
  if (!cluster?.trim())
    return no(`Say which cluster: /rancher ${kind} CLUSTER (see /rancher clusters).`)
  if (rest.length > 1) {
    return no(
      `One cluster at a time. A name with spaces goes in quotes: /rancher ${kind} "my cluster"`,
    )
  }
  if (cluster.length > LONGEST_NAME)
    return no('No cluster has a name that long. See /rancher clusters.')
  if (/\p{Cc}|\p{Cf}/u.test(cluster)) {
    return no(
      'The name holds characters that cannot be seen. Type it by hand, or see /rancher clusters.',
    )
  }
  return ok({ kind, cluster })
}

/** Splits like a shell; null when a quotation mark is not closed. */
function wordsOf(text: string): readonly string[] | null {
  const folded = unescaped(text)
    .replace(/[\u201c\u201d\u201e\u00ab\u00bb]/g, '"')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\t-\r\u00a0\u2000-\u200a\u2028\u2029\u202f\u3000]/g, ' ')
  const words: string[] = []
  for (const match of folded.matchAll(/"([^"]*)"|'([^']*)'|([^ "']+)|(["'])/g)) {
    if (match[4]) return null
    words.push(match[1] ?? match[2] ?? match[3] ?? '')
  }
  return words
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function suggestionFor(word: string, count: number): string {
  const near = NAMES.find((name) => distance(name, word) <= 2)
  if (near) return `Did you mean /rancher ${near}?`
  return count === 1
    ? `To bring a cluster of that name back: /rancher reagent ${word.slice(0, 40)}`
    : 'See /rancher help.'
}

/** Edit distance (insert, delete, replace). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced))
    }
    row = next
  }
  return row[b.length] ?? 0
}

function ok(command: Command): ParsedCommand {
  return { ok: true, command }
}

function no(why: string): ParsedCommand {
  return { ok: false, why }
}
