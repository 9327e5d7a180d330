const DAY_MS = 24 * 60 * 60 * 1000

const STYLES = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
}

/** A format such as `{date_short_pretty} {time}` filled in, in the reader's own language and zone. */
export function formatDate(seconds, format) {
  const date = new Date(seconds * 1000)
  return format.replace(/\{(\w+)\}/g, (token, name) => {
    const style = STYLES[name.replace(/_pretty$/, '')]
    if (style === undefined) return token
    return (name.endsWith('_pretty') && nearbyDay(date)) || date.toLocaleString(undefined, style)
  })
}

/** `9:41 PM`, as the reader writes it. */
export function clockTime(date) {
  return date.toLocaleTimeString(undefined, STYLES.time)
}

/** `21:41:07`, as the reader writes it. */
export function exactTime(date) {
  return date.toLocaleTimeString(undefined, STYLES.time_secs)
}

/** `Today`, or the date in words. */
export function dayName(date) {
  const nearby = nearbyDay(date)
  return nearby
    ? nearby[0].toUpperCase() + nearby.slice(1)
    : date.toLocaleDateString(undefined, STYLES.date_long)
}

function nearbyDay(date) {
  const day = (one) => new Date(one.getFullYear(), one.getMonth(), one.getDate()).getTime()
  const days = Math.round((day(date) - day(new Date())) / DAY_MS)
  return { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[days]
}
