import { setMaxListeners } from 'node:events'
import type { RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import type { AgentRoad, Crash } from '../contract.ts'
import { openTls } from './dial.ts'
import { dnsError, refusedError } from './network-errors.ts'

/** For `createConnection` of Node's `https.request`, without an agent. */
type Dial = NonNullable<RequestOptions['createConnection']>

/** What the agents of a cluster are in: whether their packets get out, and what the lab does to them. */
export interface AgentNetwork {
  readonly isBlocked: boolean
  readonly crash: Crash | null
  /** Open tunnels, to be cut when egress is blocked. */
  readonly tunnels: Set<Duplex>
  block(isBlocked: boolean): void
  /** What is in the way from the cluster to Rancher besides. */
  changeRoad(change: Partial<AgentRoad>): void
  /** The time by a node's clock. */
  clockOf(node: string, now: Date): Date
  /** Opens connections for a container on a node, by the proxy that its variables name. */
  dialFor(container: {
    readonly env: Readonly<Record<string, string>>
    readonly clock: () => Date
  }): Dial
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
  let road: AgentRoad = { dns: 'works', egress: 'open', interceptedAt: null, clockOffsetMs: {} }
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
    changeRoad(change) {
      road = { ...road, ...change }
      if (change.egress === undefined && change.interceptedAt === undefined) return
      for (const tunnel of tunnels) tunnel.destroy()
    },
    clockOf: (node, now) => new Date(now.getTime() + (road.clockOffsetMs[node] ?? 0)),
    dialFor:
      ({ env, clock }) =>
      (options, onCreate) => {
        const { host, port } = placeOf(options)
        openTlsNow().then(
          (socket) => onCreate(null, socket),
          // There is no socket to give: Node's type wants one all the same.
          (error) => onCreate(error, undefined as never),
        )
        return undefined

        async function openTlsNow() {
          const proxy = proxyIn(env, host)
          if (proxy === null && road.dns !== 'works') throw dnsError(host, road.dns)
          if (road.egress === 'rejected') throw refusedError(host, port)
          const { interceptedAt } = road
          return openTls(options as ConnectionOptions, { host, port, interceptedAt, proxy, clock })
        }
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

function placeOf(options: Parameters<Dial>[0]): { readonly host: string; readonly port: number } {
  const { hostname, host, port } = options as RequestOptions
  return { host: hostname ?? host ?? 'localhost', port: Number(port ?? 443) }
}

/** As `curl` and Go read it: HTTPS_PROXY, unless NO_PROXY names the host or a domain that it is in. */
function proxyIn(env: Readonly<Record<string, string>>, host: string): URL | null {
  const proxy = env.HTTPS_PROXY ?? env.https_proxy ?? ''
  if (proxy === '') return null
  const exceptions = (env.NO_PROXY ?? env.no_proxy ?? '').split(',').map((name) => name.trim())
  const isException = exceptions.some(
    (name) => name !== '' && (host === name || host.endsWith(`.${name.replace(/^\./, '')}`)),
  )
  return isException ? null : new URL(proxy)
}
