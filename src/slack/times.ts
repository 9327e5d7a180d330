/** `2026-11-22 01:57 UTC`: for whoever cannot show a time in the reader's zone, and for pasting. */
export function utcTime(iso: string): string {
  return isTime(iso) ? `${utcText(iso).slice(0, 16)} UTC` : NOT_KNOWN
}

/** `2026-11-22 01:57:03 UTC`. */
export function exactUtcTime(iso: string): string {
  return isTime(iso) ? `${utcText(iso).slice(0, 19)} UTC` : NOT_KNOWN
}

/** `02:26 UTC on 22 November`, as a sentence in a notification says it. */
export function utcWords(iso: string): string {
  if (!isTime(iso)) return NOT_KNOWN
  const time = new Date(iso)
  return `${utcText(iso).slice(11, 16)} UTC on ${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]}`
}

/** `45 s`, `3 min`, `3 min 02 s`, `2 h 05 min`, `3 d 4 h`; never negative. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`
  if (hours > 0) return `${hours} h ${two(minutes)} min`
  if (minutes === 0) return `${seconds} s`
  return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${two(seconds % 60)} s`
}

/** How long it took from one moment to a later one; null where one of them is not known. */
export function between(from: string | null, to: string | null): string | null {
  if (from === null || to === null || !isTime(from) || !isTime(to)) return null
  return lasting(Date.parse(to) - Date.parse(from))
}

/** Whether this text is a time. Times from Rancher are text from outside. */
export function isTime(iso: string): boolean {
  return !Number.isNaN(Date.parse(iso))
}

const NOT_KNOWN = 'a time that is not known'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

function utcText(iso: string): string {
  return new Date(iso).toISOString().replace('T', ' ')
}
