import { useState } from 'preact/hooks'
import { Announcements } from '../channel/announcements.tsx'
import { Channel } from '../channel/channel.tsx'
import { ModalWindow } from '../channel/modal-window.tsx'
import { WorldPanel } from '../world/world-panel.tsx'
import { People } from './people.tsx'
import { Reader } from './reader.ts'
import { Toasts, useToasts } from './toasts.tsx'
import { usePerson } from './use-person.ts'
import { useViews } from './use-views.ts'

/** The whole page: who you are, the channel, and the world behind it. */
export function App() {
  const [person, become] = usePerson()
  const { channel, world, isConnected } = useViews(person, () => become('oncall'))
  const toasts = useToasts()
  const [shown, show] = useState<'channel' | 'world'>('channel')

  if (channel === null || world === null) return <p class="opening">Opening the lab …</p>
  const names = new Map([...channel.people, channel.bot].map(({ id, name }) => [id, name]))
  return (
    <Reader.Provider value={{ you: channel.you, names, complain: toasts.add }}>
      <div class="page" data-shown={shown}>
        <People view={channel} person={person} become={become} />
        <Channel
          view={channel}
          clusters={world.clusters.map(({ name }) => name)}
          isConnected={isConnected}
          showWorld={() => show('world')}
        />
        <WorldPanel view={world} showChannel={() => show('channel')} />
      </div>
      {channel.modal && <ModalWindow key={channel.modal.id} modal={channel.modal} />}
      <Announcements view={channel} />
      <Toasts list={toasts.list} remove={toasts.remove} />
    </Reader.Provider>
  )
}
