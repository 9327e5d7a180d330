import { within } from './within.ts'

/** Whether a part of the process can do its work now, in words that an operator understands. */
export interface PartState {
  readonly ok: boolean
  readonly detail: string
}

export interface NamedPartState extends PartState {
  readonly name: string
}

/** What has to be in order before this process can serve anybody. */
export interface Readiness {
  /**
   * Adds a part. Rancher and the clusters are never one: Reagent is needed most when those are down, and has to say so in the channel.
   */
  add(name: string, look: () => PartState | Promise<PartState>): void
  /** A process begins as `starting`; only a running one is ready. */
  become(phase: 'running' | 'stopping'): void
  /** Every part, looked at now. One that does not say within the limit, or fails to, is not ready. Never rejects. */
  look(): Promise<{ readonly ready: boolean; readonly parts: readonly NamedPartState[] }>
}

export function createReadiness(limitMs: number): Readiness {
  const looks = new Map<string, () => PartState | Promise<PartState>>()
  let phase: 'starting' | 'running' | 'stopping' = 'starting'
  looks.set('process', () => ({ ok: phase === 'running', detail: phase }))

  async function lookAt(look: () => PartState | Promise<PartState>): Promise<PartState> {
    try {
      return await within(limitMs, async () => look())
    } catch (error) {
      // Codes and short sentences only: what a library says may hold addresses and credentials.
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
      return { ok: false, detail: `it does not answer${code}` }
    }
  }

  return {
    add: (name, look) => void looks.set(name, look),
    become(next) {
      phase = next
    },
    async look() {
      const parts = await Promise.all(
        [...looks].map(async ([name, look]) => ({ name, ...(await lookAt(look)) })),
      )
      return { ready: parts.every(({ ok }) => ok), parts }
    },
  }
}
