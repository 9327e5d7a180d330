import type { ClusterView, WorldView } from '../../contract.ts'
import { exactTime } from '../dates.ts'
import { Agent } from './agent.tsx'
import { Fact, type Mood } from './fact.tsx'
import { Lever } from './lever.tsx'

const MOODS: Readonly<Record<ClusterView['state'], Mood>> = {
  active: 'good',
  pending: 'unclear',
  waiting: 'unclear',
  unavailable: 'bad',
  unknown: 'unclear',
}

/** One cluster: what Rancher says about it, and its agents as they are. */
export function ClusterPanel({
  cluster,
  rancher,
}: {
  readonly cluster: ClusterView
  readonly rancher: WorldView['rancher']
}) {
  const { name, id, state, conditions, connectedAgents, apiServer, agents } = cluster
  const isApiServerUp = apiServer === 'up'
  return (
    <section aria-labelledby={`cluster-${id}`} data-cluster={name}>
      <h3 id={`cluster-${id}`}>Cluster {name}</h3>
      <dl class="facts">
        <Fact name="State in Rancher" value={state} mood={MOODS[state]} />
        <Fact
          name="Connected agents"
          value={String(connectedAgents)}
          mood={connectedAgents > 0 ? 'good' : 'bad'}
        />
        <Fact name="API server" value={apiServer} mood={isApiServerUp ? 'good' : 'bad'} />
      </dl>
      <div class="levers">
        <Lever
          label="Delete the registration token"
          action="revoke-token"
          cluster={name}
          isPossible={rancher.state === 'up'}
        />
        <Lever
          label="Delete the agents"
          action="delete-agents"
          cluster={name}
          isPossible={isApiServerUp}
        />
        {isApiServerUp ? (
          <Lever label="Take the API server down" action="api-server-down" cluster={name} />
        ) : (
          <Lever label="Bring the API server back" action="api-server-back" cluster={name} />
        )}
      </div>
      <details>
        <summary>Conditions in Rancher ({conditions.length})</summary>
        <ul class="conditions">
          {conditions.map(({ type, status, message, since }) => (
            <li key={type}>
              <b>{type}</b> <span class={status === 'True' ? 'good' : 'bad'}>{status}</span> since{' '}
              <time dateTime={since}>{exactTime(new Date(since))}</time>
              {message !== '' && <span class="message">{message}</span>}
            </li>
          ))}
        </ul>
      </details>
      <details open>
        <summary>Agents ({agents.length})</summary>
        {agents.length === 0 && <p>No agent runs.</p>}
        <ul class="agents">
          {agents.map((agent) => (
            <Agent key={agent.pod} agent={agent} caChecksum={rancher.caChecksum} />
          ))}
        </ul>
      </details>
    </section>
  )
}
