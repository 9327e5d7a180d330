import type { Admin } from '../admin.ts'
import type { LabAgent, LabNode } from '../contract.ts'
import { type JsonObject, objectsAt, textAt } from '../json.ts'
import type { Upstream } from '../upstream.ts'
import type { AgentNetwork } from './agent-network.ts'
import type { KubeletContext } from './context.ts'
import { rollDaemonSet } from './daemon-set.ts'
import { rollDeployment } from './deployment.ts'
import { createEventRecorder } from './events.ts'
import { pause } from './pause.ts'
import type { PodLogs } from './pod-logs.ts'
import { createRevisions } from './revisions.ts'
import type { Trouble } from './trouble.ts'
import { watchCollection } from './watch-collection.ts'
import type { WorkloadPod } from './workload-pods.ts'

/** Controllers and kubelets in one: they run the workloads of a namespace. */
export interface Kubelet {
  /** The pods that run now, in the order of their names. */
  agents(): readonly LabAgent[]
  setImagePullable(image: string, isPullable: boolean): void
  start(): Promise<void>
  close(): Promise<void>
}

const RETRY_AFTER_MS = 100

/** Plays Deployments and DaemonSets of a namespace on either kind of API server, by watching it. */
export function createKubelet(options: {
  readonly admin: Admin
  readonly namespace: string
  readonly network: AgentNetwork
  readonly trouble: Trouble
  readonly upstream: Upstream
  readonly logs: PodLogs
  readonly nodes: readonly LabNode[]
  readonly seed: number
  readonly timeScale: number
  readonly now: () => Date
  readonly apiAddress: string
  readonly apiServerCaPem: string
  readonly onAgentChange: () => void
}): Kubelet {
  const { admin, namespace, network, trouble } = options
  const closing = new AbortController()
  const { signal } = closing
  const unpullableImages = new Set<string>()
  const changes = new EventTarget()
  const ordinals = new Map<string, number>()
  let pods: readonly WorkloadPod[] = []
  let isDirty = false
  let looking: Promise<void> | null = null

  trouble.onChange(() => {
    changes.dispatchEvent(new Event('change'))
    look()
  })
  trouble.onPressure(async (nodes, pressure) => {
    const evicted = pods.filter(({ runner }) => nodes.includes(runner.node))
    pods = pods.filter((pod) => !evicted.includes(pod))
    await Promise.all(evicted.map(({ runner }) => runner.evict(pressure)))
  })
  const watch = (path: string) =>
    watchCollection({
      admin,
      upstream: options.upstream,
      path,
      onChange: () => {
        changes.dispatchEvent(new Event('change'))
        look()
      },
      signal,
    })
  const core = `/api/v1/namespaces/${namespace}`
  const apps = `/apis/apps/v1/namespaces/${namespace}`
  let watched: Record<
    'deployments' | 'daemonSets' | 'pods' | 'secrets' | 'serviceAccounts' | 'nodes',
    ReturnType<typeof watchCollection>
  > | null = null

  const context: KubeletContext = {
    admin,
    namespace,
    nodes: options.nodes,
    get liveNodes() {
      return watched?.nodes.objects ?? new Map()
    },
    trouble,
    network,
    events: createEventRecorder(admin, namespace, options.now),
    logs: options.logs,
    revisionOf: createRevisions(options.seed),
    seed: options.seed,
    timeScale: options.timeScale,
    now: options.now,
    apiAddress: options.apiAddress,
    apiServerCaPem: options.apiServerCaPem,
    unpullableImages,
    get secrets() {
      return watched?.secrets.objects ?? new Map()
    },
    get serviceAccounts() {
      return watched?.serviceAccounts.objects ?? new Map()
    },
    until: (isSo, stop) =>
      new Promise((resolve) => {
        const check = () => {
          if (!isSo() && !stop.aborted) return
          changes.removeEventListener('change', check)
          stop.removeEventListener('abort', check)
          resolve()
        }
        changes.addEventListener('change', check)
        stop.addEventListener('abort', check)
        check()
      }),
    agentChanged: options.onAgentChange,
    look,
  }

  function look(): void {
    isDirty = true
    looking ??= keepLooking().finally(() => {
      looking = null
    })
  }
  async function keepLooking(): Promise<void> {
    while (isDirty && watched && !signal.aborted) {
      isDirty = false
      try {
        await play()
      } catch {
        // An object changed or went while it was played: what is there now is looked at again.
        isDirty = true
        await pause(RETRY_AFTER_MS, signal)
      }
    }
  }
  async function play(): Promise<void> {
    if (!watched) return
    await removeLostPods(watched.pods.objects)
    const deployments = [...watched.deployments.objects.values()]
    const daemonSets = [...watched.daemonSets.objects.values()]
    await removeOrphans([...deployments, ...daemonSets])
    for (const deployment of deployments) await playOne(deployment, rollDeployment)
    for (const daemonSet of daemonSets) await playOne(daemonSet, rollDaemonSet)
  }
  async function playOne(workload: JsonObject, roll: typeof rollDeployment): Promise<void> {
    if (textAt(workload, 'metadata', 'deletionTimestamp')) return
    const uid = textAt(workload, 'metadata', 'uid')
    const own = pods.filter(({ workloadUid }) => workloadUid === uid)
    const left = await roll(context, workload, own, () => nextOrdinal(workload))
    pods = [...pods.filter((pod) => !own.includes(pod)), ...left]
    options.onAgentChange()
  }
  function nextOrdinal(workload: JsonObject): number {
    const name = textAt(workload, 'metadata', 'name')
    const ordinal = ordinals.get(name) ?? 0
    ordinals.set(name, ordinal + 1)
    return ordinal
  }

  /** Pods that somebody deleted, or that are to end. */
  const seen = new Set<string>()
  async function removeLostPods(live: ReadonlyMap<string, JsonObject>): Promise<void> {
    for (const [, pod] of live) seen.add(textAt(pod, 'metadata', 'uid'))
    const lost = pods.filter(({ runner }) => {
      if (runner.mayBePlaced()) return true
      const pod = live.get(runner.name)
      if (textAt(pod, 'metadata', 'uid') !== runner.uid) return seen.has(runner.uid)
      return textAt(pod, 'metadata', 'deletionTimestamp') !== ''
    })
    pods = pods.filter((pod) => !lost.includes(pod))
    if (lost.length > 0) options.onAgentChange()
    await Promise.all(lost.map(({ runner }) => runner.stop()))
  }
  /** What garbage collection does: pods and ReplicaSets of workloads that are gone. */
  async function removeOrphans(workloads: readonly JsonObject[]): Promise<void> {
    const uids = new Set(workloads.map((workload) => textAt(workload, 'metadata', 'uid')))
    const orphans = pods.filter(({ workloadUid }) => !uids.has(workloadUid))
    if (orphans.length === 0) return
    pods = pods.filter((pod) => !orphans.includes(pod))
    options.onAgentChange()
    await Promise.all(orphans.map(({ runner }) => runner.stop()))
    const { body } = await admin.api('GET', `${apps}/replicasets`)
    for (const replicaSet of objectsAt(body, 'items')) {
      const [owner] = objectsAt(replicaSet, 'metadata', 'ownerReferences')
      if (uids.has(textAt(owner, 'uid'))) continue
      await admin.api('DELETE', `${apps}/replicasets/${textAt(replicaSet, 'metadata', 'name')}`)
    }
  }

  return {
    agents: () =>
      pods
        .filter(({ runner }) => !runner.isStopped)
        .map(({ runner }) => runner.describe())
        .sort((a, b) => a.pod.localeCompare(b.pod)),
    setImagePullable(image, isPullable) {
      if (isPullable) unpullableImages.delete(image)
      else unpullableImages.add(image)
      changes.dispatchEvent(new Event('change'))
    },
    async start() {
      watched = {
        deployments: watch(`${apps}/deployments`),
        daemonSets: watch(`${apps}/daemonsets`),
        pods: watch(`${core}/pods`),
        secrets: watch(`${core}/secrets`),
        serviceAccounts: watch(`${core}/serviceaccounts`),
        nodes: watch('/api/v1/nodes'),
      }
      await Promise.all(Object.values(watched).map(({ ready }) => ready))
    },
    async close() {
      closing.abort()
      await looking
      await Promise.all(pods.map(({ runner }) => runner.stop().catch(() => undefined)))
    },
  }
}
