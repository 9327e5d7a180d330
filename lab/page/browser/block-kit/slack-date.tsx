import { useEffect, useState } from 'preact/hooks'
import { formatDate } from '../dates.ts'

const TICK_MS = 10_000

/** A moment as its reader's clock and language say it; one that tells an age keeps telling it. */
export function SlackDate({
  seconds,
  format,
}: {
  readonly seconds: number
  readonly format: string
}) {
  const [now, setNow] = useState(() => new Date())
  const tellsAge = format.includes('{ago}')
  useEffect(() => {
    if (!tellsAge) return
    const timer = setInterval(() => setNow(new Date()), TICK_MS)
    return () => clearInterval(timer)
  }, [tellsAge])
  return (
    <time
      dateTime={new Date(seconds * 1000).toISOString()}
      title={formatDate(seconds, '{date_long} {time_secs}', now)}
    >
      {formatDate(seconds, format, now)}
    </time>
  )
}
