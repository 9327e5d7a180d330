import { isTime, utcTime } from './times.ts'

// Zero-width and bidirectional controls can make a name look like another one; other controls have no business in a message.
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Text from outside as one plain line: nothing invisible, runs of white space folded. For plain_text, where nothing is interpreted. */
export function plain(text: string, limit = 300): string {
  return clip(text.replace(/\s+/g, ' ').replace(UNSEEN, '').trim(), limit)
}

/** Cuts between code points and marks the cut. Counts UTF-16 units, which no way of counting at Slack's end exceeds. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  let kept = ''
  for (const point of text) {
    if (kept.length + point.length >= limit) break
    kept += point
  }
  return `${kept}…`
}

/** Escapes what Slack interprets everywhere, in mrkdwn and in fallback texts: mentions, links and dates. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A value from outside in mrkdwn: a code span, in which no other formatting works, without a backtick to break out with. */
export function code(text: string, limit = 120): string {
  const safe = plain(text, limit).replaceAll('`', 'ˋ')
  return safe === '' ? '` `' : `\`${escapeText(safe)}\``
}

/** A sentence with values from outside, for mrkdwn and fallback texts: formatting characters lose their effect. */
export function sentence(text: string, limit = 600): string {
  return escapeText(plain(text, limit)).replace(/[*_~`]/g, (mark) => LOOK_ALIKES[mark] ?? mark)
}

const LOOK_ALIKES: Readonly<Record<string, string>> = { '*': '∗', _: '＿', '~': '∼', '`': 'ˋ' }

/** A time in the reader's own zone, with UTC for whoever cannot show that. */
export function when(iso: string): string {
  if (!isTime(iso)) return utcTime(iso)
  const seconds = Math.floor(Date.parse(iso) / 1000)
  return `<!date^${seconds}^{time} {date_short_pretty}|${utcTime(iso)}>`
}

/** How a person from the policy or an event is named: a mention for people of this Slack, the account for people at a terminal. */
export function person(key: string): string {
  const [team = '', user = ''] = key.split('/')
  return team !== 'local' && /^[UW][A-Z0-9]+$/.test(user)
    ? `<@${user}>`
    : `${code(user)} (terminal)`
}
