const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Slack's tokens of `<!date^…>`, without their `_pretty` twins. */
const STYLES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date_slash: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
}

/** A format such as `{date_short_pretty} {time}` filled in, in the reader's own language and zone. */
export function formatDate(seconds: number, format: string, now: Date): string {
  const date = new Date(seconds * SECOND_MS)
  return format.replace(/\{(\w+)\}/g, (token, name: string) => {
    if (name === 'ago') return ago(date, now)
    const style = STYLES[name.replace(/_pretty$/, '')]
    if (style === undefined) return token
    const near = name.endsWith('_pretty') ? nearbyDay(date, now) : undefined
    return near ?? date.toLocaleString(undefined, style)
  })
}

/** `9:41 PM`, as the reader writes it. */
export function clockTime(date: Date): string {
  return date.toLocaleTimeString(undefined, STYLES.time)
}

/** `21:41:07`, as the reader writes it. */
export function exactTime(date: Date): string {
  return date.toLocaleTimeString(undefined, STYLES.time_secs)
}

/** `Today`, or the date in words. */
export function dayName(date: Date): string {
  const nearby = nearbyDay(date, new Date())
  return nearby === undefined
    ? date.toLocaleDateString(undefined, STYLES.date_long)
    : nearby.slice(0, 1).toUpperCase() + nearby.slice(1)
}

function nearbyDay(date: Date, now: Date): string | undefined {
  const day = (one: Date) =>
    new Date(one.getFullYear(), one.getMonth(), one.getDate()).getTime() / DAY_MS
  const names = new Map([
    [-1, 'yesterday'],
    [0, 'today'],
    [1, 'tomorrow'],
  ])
  return names.get(Math.round(day(date) - day(now)))
}

function ago(date: Date, now: Date): string {
  const passedMs = date.getTime() - now.getTime()
  const units = [
    ['day', DAY_MS],
    ['hour', HOUR_MS],
    ['minute', MINUTE_MS],
    ['second', SECOND_MS],
  ] as const
  const [unit, unitMs] = units.find(([, ms]) => Math.abs(passedMs) >= ms) ?? ['second', SECOND_MS]
  return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(
    Math.trunc(passedMs / unitMs),
    unit,
  )
}
