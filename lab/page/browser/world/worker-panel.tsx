import type { WorldView } from '../../contract.ts'
import { Fact, type Mood } from './fact.tsx'
import { Lever } from './lever.tsx'

const MOODS: Readonly<Record<WorldView['worker'], Mood>> = {
  running: 'good',
  starting: 'unclear',
  gone: 'bad',
}

/** Reagent's worker, the process with the credentials. Killed in the middle of something, it goes on when it is back. */
export function WorkerPanel({ worker }: { readonly worker: WorldView['worker'] }) {
  return (
    <section aria-labelledby="worker-title">
      <h3 id="worker-title">Reagent</h3>
      <dl class="facts">
        <Fact name="Worker" value={worker} mood={MOODS[worker]} />
      </dl>
      <div class="levers">
        {worker === 'gone' ? (
          <Lever label="Start the worker" action="start-worker" />
        ) : (
          <Lever label="Kill the worker" action="kill-worker" isPossible={worker === 'running'} />
        )}
      </div>
    </section>
  )
}
