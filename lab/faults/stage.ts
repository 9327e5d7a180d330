import type { KeyedCertificate } from '../certificates/index.ts'
import {
  type LabCluster,
  type LabClusterOptions,
  type LabNodeOptions,
  startCluster,
} from '../cluster/index.ts'
import { type Front, type LabRancher, startFront, startRancher } from '../rancher/index.ts'
import { installAgents, until } from '../world/index.ts'
import { setAgentEnv, withServer } from './agent-manifest.ts'
import { resolveHere } from './names.ts'

export const RANCHER_HOST = 'rancher.example.com'
export const AGENTS_NAMESPACE = '/api/v1/namespaces/cattle-system'

/** What a stage is made of. */
export interface StageOptions {
  readonly seed?: number
  /** Default 2.1.5. */
  readonly rancherVersion?: string
  /** Name of the cluster; default `myk8s`. */
  readonly name?: string
  readonly nodes?: readonly LabNodeOptions[]
  /** Folder with a real `kube-apiserver`; without: simulated. */
  readonly assetsDirectory?: string | undefined
}

/** A Rancher behind a load balancer, under a host name, and one cluster that is active in it: for faults to be played on. */
export interface Stage {
  readonly rancher: LabRancher
  /** The load balancer: everybody goes through it. It passes everything on unread until told otherwise. */
  readonly front: Front
  readonly cluster: LabCluster
  readonly clusterId: string
  readonly rancherVersion: string
  /** `https://rancher.example.com:PORT` of the load balancer: Rancher's `server-url`. */
  readonly url: string
  /** Where the worker asks Rancher, and what it trusts; null: the system's authorities. */
  workerUrl: string
  workerCaPem: string | null
  /** Applies the import manifest again, as `kubectl apply` does; `server`: with another address of Rancher in it. */
  reinstallAgents(options?: { readonly server?: string; readonly token?: string }): Promise<void>
  /** Sets variables of the agents, as `kubectl set env` does. */
  setAgentEnv(env: Readonly<Record<string, string>>): Promise<void>
  /** Closed with the stage, last first. */
  closeLater(close: () => Promise<void> | void): void
  close(): Promise<void>
}

/** Rancher's 18 s until active become 0.36 s, an agent's 10 s until it tries again 0.2 s. */
const TIME_SCALE = 0.02

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const { seed = 1, name = 'myk8s', rancherVersion = '2.1.5', nodes, assetsDirectory } = options
  const closing: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const part of closing.splice(0).reverse()) await part()
  }
  const clusterOptions: LabClusterOptions = {
    name,
    seed,
    timeScale: TIME_SCALE,
    ...(nodes && { nodes }),
    ...(assetsDirectory ? { kind: 'real', assetsDirectory } : { kind: 'simulated' }),
  }
  try {
    const rancher = await startRancher({ version: rancherVersion, seed, timeScale: TIME_SCALE })
    closing.push(rancher.close)
    const front = await startFront(Number(new URL(rancher.url).port))
    closing.push(front.close)
    closing.push(resolveHere(RANCHER_HOST))
    const cluster = await startCluster(clusterOptions)
    closing.push(cluster.close)
    const url = `https://${RANCHER_HOST}:${front.port}`
    rancher.presentCertificate({ dnsNames: [RANCHER_HOST], ipAddresses: [] })
    rancher.setSetting('server-url', url)
    const { id: clusterId, registrationToken } = rancher.addCluster({
      name,
      apiEndpoint: cluster.server,
      apiServerCaPem: cluster.caPem,
      kubernetesVersion: cluster.kubernetesVersion,
    })
    await installAgents({ url, caPem: rancher.caPem }, cluster, registrationToken)
    await until(
      'the agents to connect',
      () =>
        rancher.clusterState(clusterId) === 'active' &&
        rancher.sessions(clusterId).length > cluster.nodes.length,
    )
    const stage: Stage = {
      rancher,
      front,
      cluster,
      clusterId,
      rancherVersion,
      url,
      workerUrl: url,
      workerCaPem: rancher.caPem,
      reinstallAgents: ({ server, token = registrationToken } = {}) =>
        installAgents({ url, caPem: stage.workerCaPem ?? '' }, cluster, token, (manifest) =>
          server === undefined ? manifest : withServer(manifest, url, server),
        ),
      setAgentEnv: (env) => setAgentEnv(cluster, env),
      closeLater: (part) => void closing.push(part),
      close,
    }
    return stage
  } catch (error) {
    await close()
    throw error
  }
}

/** Rancher presents a certificate of a new authority and says so in `cacerts`; everybody else still knows the old one. */
export function rotateAuthority({ rancher }: Stage, options: { updateSetting?: boolean } = {}) {
  rancher.rotateCa(options)
  rancher.presentCertificate({ dnsNames: [RANCHER_HOST], ipAddresses: [] })
}

/** The load balancer terminates TLS with this certificate. */
export function terminateTls({ front }: Stage, certificate: KeyedCertificate): void {
  front.behave({ certificate })
}

/** Deletes the agents' pods, as `kubectl delete pod` or a drained node does; their controllers make new ones. */
export async function restartAgents({ cluster }: Stage, nodes?: readonly string[]): Promise<void> {
  const { body } = await cluster.api('GET', `${AGENTS_NAMESPACE}/pods`)
  const pods = (body.items ?? []) as readonly {
    readonly metadata: { readonly name: string }
    readonly spec: { readonly nodeName?: string }
  }[]
  for (const { metadata, spec } of pods) {
    if (nodes && !nodes.includes(spec.nodeName ?? '')) continue
    await cluster.api('DELETE', `${AGENTS_NAMESPACE}/pods/${metadata.name}`)
  }
}

/** Cuts the tunnels, as a restart of Rancher or of a load balancer does: agents that run come back by themselves if they can. */
export function cutTunnels({ rancher, clusterId }: Stage): void {
  rancher.disconnectAgents(clusterId)
}
