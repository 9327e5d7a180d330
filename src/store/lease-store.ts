import type { Redis } from 'ioredis'
import { Failure } from '../recovery/index.ts'
import { defineScripts } from './scripts.ts'

/** The right to write to one cluster, for a while. `fence` only grows; every write carries it. */
export interface Lease {
  readonly fence: number
  /**
   * Makes `fence` larger than one that was seen on the cluster. One Redis only counts up, so a larger one comes from a Redis whose data is
   * gone. Fails with `lease.lost` when somebody else has the lease by now.
   */
  raiseAbove(seen: number): Promise<void>
  /** Ends the lease early. Harmless when somebody else has it by now. */
  release(): Promise<void>
}

export interface LeaseStore {
  /**
   * Takes the lease on a cluster for a run and keeps renewing it until it is released. The same run may take it again and gets a
   * larger fence. Fails with `lease.held` when another run has it.
   */
  take(clusterId: string, runId: string): Promise<Lease>
}

// A lease lasts 30 s. Renewing every 10 s survives one lost answer before another run may take over.
const LEASE_MS = 30_000
const RENEW_EVERY_MS = 10_000

/** Leases in Redis under `prefix`. Renewing stops with the process, so a killed worker loses its lease by itself. */
export function createLeaseStore(redis: Redis, prefix: string): LeaseStore {
  const scripts = defineScripts(redis)
  return {
    async take(clusterId, runId) {
      const keys = { lease: `${prefix}:lease:${clusterId}`, fence: `${prefix}:fence:${clusterId}` }
      const [taken, detail] = await scripts.takeLease(keys, runId, LEASE_MS)
      if (taken !== 1) throw new Failure('lease.held', { run: String(detail) })
      let fence = Number(detail)
      const timer = setInterval(() => {
        // A renewal that fails needs no handling: the fence protects the cluster when the lease runs out.
        scripts.renewLease(keys, runId, fence, LEASE_MS).catch(() => undefined)
      }, RENEW_EVERY_MS)
      timer.unref()
      return {
        get fence() {
          return fence
        },
        async raiseAbove(seen) {
          const raised = await scripts.raiseFence(keys, runId, fence, seen)
          if (raised === 0)
            throw new Failure('lease.lost', { seen: String(seen), own: String(fence) })
          fence = raised
        },
        async release() {
          clearInterval(timer)
          await scripts.releaseLease(keys, runId, fence)
        },
      }
    },
  }
}
