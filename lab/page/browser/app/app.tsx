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
  // What somebody else sees is nobody's business while one's own view is on its way.
  const isOwn = channel.you === person
  const view = isOwn ? channel : { ...channel, you: person, messages: [], modal: null }
  const names = new Map([...channel.people, channel.bot].map(({ id, name }) => [id, name]))
  return (
    <Reader.Provider value={{ you: person, names, complain: toasts.add }}>
      <div class="page" data-shown={shown}>
        <People view={channel} person={person} become={become} />
        <Channel
          view={view}
          clusters={world.clusters.map(({ name }) => name)}
          isConnected={isConnected}
          showWorld={() => show('world')}
        />
        <WorldPanel view={world} showChannel={() => show('channel')} />
      </div>
      {view.modal && <ModalWindow key={view.modal.id} modal={view.modal} />}
      <Announcements view={channel} />
      <Toasts list={toasts.list} remove={toasts.remove} />
    </Reader.Provider>
  )
}
