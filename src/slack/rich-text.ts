import type { types } from '@slack/bolt'
import { clip, plain } from './mrkdwn.ts'
import { exactUtcTime, isTime, utcTime } from './times.ts'

export type Inline = types.RichTextElement

/** One line of a card or window. Bullets that follow each other make a list. */
export interface Line {
  readonly kind: 'paragraph' | 'bullet'
  readonly parts: readonly Inline[]
}

/** What stands in a line: words of our own as they are, everything from outside through `said`, `code` or `mention`. */
export type Part = string | Inline

export function paragraph(...parts: readonly Part[]): Line {
  return { kind: 'paragraph', parts: parts.map(inline) }
}

export function bullet(...parts: readonly Part[]): Line {
  return { kind: 'bullet', parts: parts.map(inline) }
}

/** A paragraph behind its name in bold: `Cause: …`. */
export function labelled(label: string, ...parts: readonly Part[]): Line {
  return paragraph(bold(`${label}:`), ' ', ...parts)
}

/** Text from outside as it was said, in one line. Slack interprets nothing in it: no mention, link, format or emoji name. */
export function said(text: string, limit = 240): Inline {
  return { type: 'text', text: plain(text, limit) || NOTHING_SAID }
}

/** Sentences that may come from outside, in which what stands between backticks is a command or a name. */
export function prose(text: string, limit = 600): readonly Inline[] {
  const parts = plain(text, limit).split(/`([^`]+)`/)
  const inlines = parts.flatMap((part, index): Inline[] => {
    if (part === '') return []
    return index % 2 === 1 ? [code(part, limit)] : [{ type: 'text', text: part }]
  })
  return inlines.length > 0 ? inlines : [said('')]
}

/** A name or value, from outside or not, set off from the words around it. */
export function code(text: string, limit = 80): Inline {
  return { type: 'text', text: plain(text, limit) || NOTHING_SAID, style: { code: true } }
}

export function bold(text: string, limit = 120): Inline {
  return { type: 'text', text: plain(text, limit) || NOTHING_SAID, style: { bold: true } }
}

/** How a person from the policy or an event, as `team/user`, is named: a mention in this Slack, else the account at a terminal. */
export function mention(key: string): readonly Inline[] {
  const [team = '', user = ''] = key.split('/')
  return team !== 'local' && /^[UW][A-Z0-9]+$/.test(user)
    ? [{ type: 'user', user_id: user }]
    : [code(user), { type: 'text', text: ' (terminal)' }]
}

/** A moment in the reader's own time zone, which stays true on a card that is not drawn again: `01:57 today`. */
export function moment(iso: string): Inline {
  return date(iso, '{time} {date_short_pretty}', utcTime(iso))
}

/** The same with its age, which Slack counts whenever it draws: `01:57 today (14 minutes ago)`. For what is still going on. */
export function momentAndAge(iso: string): Inline {
  return date(iso, '{time} {date_short_pretty} ({ago})', utcTime(iso))
}

/** Day and second, which read the same when somebody pastes them next week: `2026-11-22 01:57:03`. */
export function exactMoment(iso: string): Inline {
  return date(iso, '{date_num} {time_secs}', exactUtcTime(iso))
}

// The tokens are those of the date element (`RichTextDate` of @slack/types). A time comes first: Slack begins with a capital letter,
// and "since Today" would look odd.
function date(iso: string, format: string, fallback: string): Inline {
  if (!isTime(iso)) return { type: 'text', text: fallback }
  return { type: 'date', timestamp: Math.floor(Date.parse(iso) / 1000), format, fallback }
}

/** A block of these lines. There must be one at least: Slack takes no block without elements. */
export function richText(blockId: string, lines: readonly Line[]): types.RichTextBlock {
  const elements: (types.RichTextSection | types.RichTextList)[] = []
  for (const { kind, parts } of lines) {
    const last = elements.at(-1)
    if (kind === 'bullet') {
      const item: types.RichTextSection = { type: 'rich_text_section', elements: [...parts] }
      if (last?.type === 'rich_text_list') last.elements.push(item)
      else elements.push({ type: 'rich_text_list', style: 'bullet', elements: [item] })
    } else if (last?.type === 'rich_text_section') {
      last.elements.push({ type: 'text', text: '\n' }, ...parts)
    } else {
      elements.push({ type: 'rich_text_section', elements: [...parts] })
    }
  }
  return { type: 'rich_text', block_id: blockId, elements }
}

/** Roughly how many characters a line shows. */
export function lengthOf({ parts }: Line): number {
  return parts.reduce((sum, part) => sum + lengthOfPart(part), 0)
}

/** Things in one line, the first few of them, and how many more there are. */
export function listed(items: readonly (readonly Part[])[], most: number): readonly Part[] {
  const rest = items.length - most
  return [
    ...items.slice(0, most).flatMap<Part>((item, index) => (index === 0 ? item : [', ', ...item])),
    ...(rest > 0 ? [` and ${rest} more`] : []),
  ]
}

const NOTHING_SAID = '–'

function inline(part: Part): Inline {
  return typeof part === 'string' ? { type: 'text', text: clip(part, 1_000) } : part
}

function lengthOfPart(part: Inline): number {
  if (part.type === 'text') return part.text.length
  return part.type === 'date' ? (part.fallback ?? '').length : 12
}
