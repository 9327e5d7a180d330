import type { ClusterView } from '../../contract.ts'
import { short } from './short.ts'

/** One agent: how its pod is, whether it trusts the authority that Rancher has, what it printed last. */
export function Agent({
  agent: { pod, node, state, isReady, restarts, environment, lastLogLine },
  caChecksum,
}: {
  readonly agent: ClusterView['agents'][number]
  /** Of Rancher's certificate authority now. */
  readonly caChecksum: string
}) {
  const pinned = environment.CATTLE_CA_CHECKSUM ?? ''
  return (
    <li>
      <b>{pod}</b>
      <p>
        {node} ·{' '}
        <span class={isReady ? 'good' : 'bad'}>
          {state}, {isReady ? 'ready' : 'not ready'}
        </span>
        {restarts > 0 && ` · ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`}
      </p>
      <p>
        trusts authority {short(pinned)}
        {pinned === caChecksum ? ', Rancher’s own' : <span class="bad">, not Rancher’s own</span>}
      </p>
      {lastLogLine !== null && <p class="log-line">{lastLogLine}</p>}
      <details>
        <summary>Environment</summary>
        <dl class="environment">
          {Object.entries(environment).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value === '' ? '(empty)' : value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  )
}
