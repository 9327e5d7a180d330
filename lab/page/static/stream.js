/**
 * Follows what a person sees: each snapshot as it comes, and whether the lab can be reached. `onUnknown` when there is nobody of
 * that name. Returns what ends it.
 */
export function follow(person, { onSnapshot, onConnection, onUnknown }) {
  const source = new EventSource(`/api/events?person=${encodeURIComponent(person)}`)
  source.addEventListener('open', () => onConnection(true))
  source.addEventListener('message', ({ data }) => onSnapshot(JSON.parse(data)))
  source.addEventListener('error', () => {
    // The browser tries again by itself, except when it was answered with a refusal.
    if (source.readyState === EventSource.CLOSED) onUnknown()
    else onConnection(false)
  })
  return () => source.close()
}
