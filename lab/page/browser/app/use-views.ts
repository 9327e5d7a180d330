import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChannelView, WorldView } from '../../contract.ts'

interface Views {
  readonly channel: ChannelView | null
  readonly world: WorldView | null
  readonly isConnected: boolean
}

/** What the lab sends to this person, as it comes. `onUnknown` is called when there is nobody of that name. */
export function useViews(person: string, onUnknown: () => void): Views {
  const [views, setViews] = useState<Views>({ channel: null, world: null, isConnected: true })
  const unknown = useRef(onUnknown)
  unknown.current = onUnknown
  useEffect(() => {
    const source = new EventSource(`/api/events?person=${encodeURIComponent(person)}`)
    const change = (part: Partial<Views>) => setViews((before) => ({ ...before, ...part }))
    const onView = (name: 'channel' | 'world') => {
      source.addEventListener(name, ({ data }) =>
        change({ [name]: JSON.parse(data), isConnected: true }),
      )
    }
    onView('channel')
    onView('world')
    source.addEventListener('error', () => {
      // The browser tries again by itself, except when it was answered with a refusal.
      if (source.readyState === EventSource.CLOSED) unknown.current()
      else change({ isConnected: false })
    })
    return () => source.close()
  }, [person])
  return views
}
