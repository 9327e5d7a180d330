/** `2026-11-22 02:11:04` in the time zone of this machine; text that is not a time comes back as it is. */
export function localTime(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  const two = (value: number) => String(value).padStart(2, '0')
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
  return `${day} ${clock}`
}

/** `2026-11-22 02:11:04 (14 min ago)`, or `(in 15 min)` for what is to come. */
export function timeAndAge(iso: string, now: Date): string {
  const distanceMs = now.getTime() - Date.parse(iso)
  if (Number.isNaN(distanceMs)) return localTime(iso)
  const age = duration(Math.abs(distanceMs))
  return `${localTime(iso)} (${distanceMs < 0 ? `in ${age}` : `${age} ago`})`
}

/** `14 min ago` alone. */
export function age(iso: string, now: Date): string {
  const distanceMs = now.getTime() - Date.parse(iso)
  return Number.isNaN(distanceMs) ? '' : `${duration(Math.max(0, distanceMs))} ago`
}

/** `42 s`, `3 min 02 s`, `14 min`, `5 h 10 min`, `3 d 4 h`: as exact as is useful. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}
