import type { WorldView } from '../../contract.ts'
import { exactTime } from '../dates.ts'
import { ClusterPanel } from './cluster-panel.tsx'
import { RancherPanel } from './rancher-panel.tsx'
import { WorkerPanel } from './worker-panel.tsx'

/** What lies behind Slack, as it is now, with levers that really break and mend it. */
export function WorldPanel({
  view: { rancher, clusters, worker, happened },
  showChannel,
}: {
  readonly view: WorldView
  readonly showChannel: () => void
}) {
  const first = clusters[0]?.name ?? ''
  return (
    <aside class="world" aria-labelledby="world-title">
      <header>
        <h2 id="world-title">The world</h2>
        <button type="button" class="button switch" onClick={showChannel}>
          The channel
        </button>
      </header>
      <section aria-labelledby="what-to-do">
        <h3 id="what-to-do">What to do</h3>
        <ol class="steps">
          <li>
            As <b>oncall</b>, type <code>/rancher reagent {first}</code>
          </li>
          <li>
            As <b>lead</b>, press <b>Approve</b> on the card.
          </li>
          <li>Watch the card until the cluster is back. Then break something else, here.</li>
        </ol>
      </section>
      <RancherPanel rancher={rancher} />
      {clusters.map((cluster) => (
        <ClusterPanel key={cluster.id} cluster={cluster} rancher={rancher} />
      ))}
      <WorkerPanel worker={worker} />
      <section aria-labelledby="happened">
        <h3 id="happened">What happened</h3>
        <ol class="happened">
          {happened.map(({ at, text }) => (
            <li key={`${at} ${text}`}>
              <time dateTime={at}>{exactTime(new Date(at))}</time> {text}
            </li>
          ))}
        </ol>
      </section>
    </aside>
  )
}
