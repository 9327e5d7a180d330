import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dump, load } from 'js-yaml'
import {
  type LabCluster,
  type LabClusterOptions,
  startCluster,
} from '../../../lab/cluster/index.ts'
import { type LabRancher, startRancher } from '../../../lab/rancher/index.ts'
import { type CredentialSource, recordAt, recordsAt } from '../../../src/cluster/index.ts'
import type { ClusterConfig } from '../../../src/config/index.ts'
import { type KeptClusters, keepClusters } from '../../../src/main/keep-clusters.ts'
import { Secret, silentMeter } from '../../../src/observe/index.ts'
import { createRancher } from '../../../src/rancher/index.ts'
import { connectAgent } from '../../rancher/support/agent.ts'

/** Rancher, the cluster that it has lost, and the cluster that it runs on; and Reagent's way to the second. */
export interface CredentialsLab {
  readonly rancher: LabRancher
  readonly cluster: LabCluster
  readonly local: LabCluster
  /** Id of the cluster in Rancher. */
  readonly id: string
  readonly registrationToken: string
  /** Writes a file of its own and gives its path. */
  file(content: string): Promise<string>
  /** A kubeconfig of the cluster, with another address, authority or user where given. */
  kubeconfig(change?: KubeconfigChange): string
  /** Opens the cluster as a worker does that is so configured. Everything is closed with the lab. */
  keep(
    sources: readonly CredentialSource[],
    change?: Partial<ClusterConfig> & {
      readonly name?: string
      readonly limitMs?: number
      readonly tryAll?: boolean
    },
  ): KeptClusters
  /** Opens the agents' tunnel until the function that it gives is called. */
  openTunnel(): Promise<() => Promise<void>>
  close(): Promise<void>
}

export interface KubeconfigChange {
  readonly server?: string
  readonly caPem?: string
  readonly user?: Readonly<Record<string, string>>
  readonly context?: string
}

export async function startCredentialsLab(options: LabClusterOptions): Promise<CredentialsLab> {
  const folder = await mkdtemp(join(tmpdir(), 'reagent-credentials-'))
  const [rancher, cluster, local] = await Promise.all([
    startRancher({ timeScale: 0.01 }),
    startCluster({ ...options, name: 'myk8s', withoutKubelet: true }),
    startCluster({ name: 'local', withoutKubelet: true, seed: 2 }),
  ])
  const { id, registrationToken } = rancher.addCluster({
    name: 'myk8s',
    apiEndpoint: cluster.server,
    apiServerCaPem: cluster.caPem,
    lost: true,
  })
  rancher.leadTunnel(id, cluster.api)
  const client = createRancher(accessOf(rancher))
  const kept: KeptClusters[] = []

  const lab: CredentialsLab = {
    rancher,
    cluster,
    local,
    id,
    registrationToken,
    async file(content) {
      const path = join(folder, `${randomUUID()}.yaml`)
      await writeFile(path, content, { mode: 0o600 })
      return path
    },
    kubeconfig: (change = {}) => changed(cluster.kubeconfig, change),
    keep(sources, { name = 'myk8s', limitMs = 4_000, tryAll = false, ...change } = {}) {
      const config = { sources, timeoutMs: 5_000, uid: null, ...change }
      const clusters = keepClusters({
        config: {
          clusters: new Map([[name, config]]),
          otherClusters: () => null,
          probeLimitMs: limitMs,
        },
        rancherConfig: accessOf(rancher),
        rancher: client,
        fingerprintKey: new Uint8Array(32),
        meter: silentMeter,
        clock: () => new Date(),
        tryAll,
      })
      kept.push(clusters)
      return clusters
    },
    async openTunnel() {
      const { url, caPem } = rancher
      const agent = await connectAgent({ url, caPem, token: registrationToken })
      if (agent.kind !== 'session') throw new Error(`refused: ${agent.body}`)
      return async () => {
        agent.close()
        await agent.closed
        // Rancher sees the end of the socket a moment later.
        while (rancher.sessions(id).length > 0) await new Promise(setImmediate)
      }
    },
    async close() {
      for (const clusters of kept) clusters.close()
      client.close()
      await Promise.all([rancher.close(), cluster.close(), local.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
  return lab
}

function accessOf({ url, apiToken, caPem }: LabRancher) {
  return { url, token: new Secret(apiToken), caPem, timeoutMs: 5_000 }
}

/** The first cluster, user and context of a kubeconfig, changed. */
function changed(text: string, { server, caPem, user, context }: KubeconfigChange): string {
  const document = load(text)
  const [cluster] = recordsAt(document, 'clusters')
  const [first] = recordsAt(document, 'users')
  const { 'certificate-authority-data': ca, ...rest } = recordAt(cluster, 'cluster')
  const authority = caPem === undefined ? ca : Buffer.from(caPem).toString('base64')
  const name = context ?? 'myk8s'
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'one',
        cluster: {
          ...rest,
          ...(server && { server }),
          'certificate-authority-data': authority,
        },
      },
    ],
    users: [{ name: 'one', user: user ?? recordAt(first, 'user') }],
    contexts: [{ name, context: { cluster: 'one', user: 'one' } }],
    'current-context': name,
  })
}
