const DAY_MS = 24 * 60 * 60 * 1000

/** Renewal that runs by itself (30 days ahead at public authorities) is over by then. */
const SOON_MS = 14 * DAY_MS

/** How long something is still good, from the ISO time of its end. */
export interface Ending {
  /** Such as `until 2027-03-01 (in 98 days)`. */
  readonly text: string
  /** Within 14 days, or over. */
  readonly isSoon: boolean
}

export function endingOf(endsAt: string, now: Date): Ending {
  const leftMs = Date.parse(endsAt) - now.getTime()
  const days = Math.floor(Math.abs(leftMs) / DAY_MS)
  const count = days === 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`
  const relative = leftMs < 0 ? `${count} ago` : days === 0 ? count : `in ${count}`
  return {
    text: `until ${endsAt.slice(0, 10)} (${relative})`,
    isSoon: leftMs < SOON_MS,
  }
}
