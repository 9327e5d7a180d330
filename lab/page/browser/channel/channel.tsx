import type { ChannelView } from '../../contract.ts'
import { Composer } from './composer.tsx'
import { Messages } from './messages.tsx'

/** The channel: its name, its messages, and the line to type in. */
export function Channel({
  view,
  clusters,
  isConnected,
  showWorld,
}: {
  readonly view: ChannelView
  readonly clusters: readonly string[]
  readonly isConnected: boolean
  readonly showWorld: () => void
}) {
  return (
    <main>
      <header class="channel">
        <div>
          <h1># {view.channel}</h1>
          <p class="topic">Incidents on production clusters · Reagent is here to help</p>
        </div>
        <p class="connection" role="status">
          {isConnected ? '' : 'The lab does not answer. Is the demo still running?'}
        </p>
        <button type="button" class="button switch" onClick={showWorld}>
          The world
        </button>
      </header>
      <Messages key={view.you} view={view} />
      <Composer clusters={clusters} />
    </main>
  )
}
