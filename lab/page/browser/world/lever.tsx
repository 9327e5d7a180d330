import { useState } from 'preact/hooks'
import type { ClusterAction, WorldAction } from '../../contract.ts'
import { ask } from '../app/ask.ts'
import { useReader } from '../app/reader.ts'

/** A button that does something to the world: to one cluster when one is named. It turns until that is done. */
export function Lever({
  label,
  isPossible = true,
  ...pull
}: {
  readonly label: string
  readonly isPossible?: boolean
} & (
  | { readonly action: WorldAction }
  | { readonly action: ClusterAction; readonly cluster: string }
)) {
  const { complain } = useReader()
  const [isBusy, setBusy] = useState(false)
  async function act() {
    if (isBusy) return
    setBusy(true)
    const error = await ask('cluster' in pull ? '/api/cluster' : '/api/world', pull)
    setBusy(false)
    if (error !== null) complain(error)
  }
  return (
    <button type="button" class="button" aria-busy={isBusy} disabled={!isPossible} onClick={act}>
      <span>{label}</span>
    </button>
  )
}
