import { setMaxListeners } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Crash } from '../contract.ts'

/** What the agents of a cluster are in: whether their packets get out, and what the lab does to them. */
export interface AgentNetwork {
  readonly isBlocked: boolean
  readonly crash: Crash | null
  /** Open tunnels, to be cut when egress is blocked. */
  readonly tunnels: Set<Duplex>
  block(isBlocked: boolean): void
  hold(isHeld: boolean): void
  crashAll(crash: Crash | null): void
  /** Resolves at once, or when agents are no longer held. Never, once the signal has aborted. */
  released(signal: AbortSignal): Promise<void>
  /** Resolves when agents are to crash. Never, once the signal has aborted. */
  crashed(signal: AbortSignal): Promise<Crash>
}

export function createAgentNetwork(): AgentNetwork {
  const tunnels = new Set<Duplex>()
  const changes = new EventTarget()
  // Every agent waits here, those of pods that are being replaced too.
  setMaxListeners(0, changes)
  let isBlocked = false
  let isHeld = false
  let crash: Crash | null = null
  const changed = () => void changes.dispatchEvent(new Event('change'))
  const until = <T>(find: () => T | null, signal: AbortSignal) =>
    new Promise<T>((resolve) => {
      const look = () => {
        const found = find()
        if (found === null) return
        changes.removeEventListener('change', look)
        resolve(found)
      }
      changes.addEventListener('change', look, { signal })
      look()
    })
  return {
    get isBlocked() {
      return isBlocked
    },
    get crash() {
      return crash
    },
    tunnels,
    block(wanted) {
      isBlocked = wanted
      if (wanted) for (const tunnel of tunnels) tunnel.destroy()
    },
    hold(wanted) {
      isHeld = wanted
      changed()
    },
    crashAll(wanted) {
      crash = wanted
      changed()
    },
    async released(signal) {
      await until(() => (isHeld ? null : true), signal)
    },
    crashed: (signal) => until(() => crash, signal),
  }
}
