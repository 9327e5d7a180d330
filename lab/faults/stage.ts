import {
  type Distribution,
  type LabCluster,
  type LabClusterOptions,
  type LabNodeOptions,
  startCluster,
} from '../cluster/index.ts'
import { type Front, type LabRancher, startFront, startRancher } from '../rancher/index.ts'
import { addClusters, connectAgents, importedObjects } from '../world/index.ts'
import { resolveHere } from './names.ts'
import { ensureServiceAccountSecret } from './service-account.ts'

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
  /** What built the cluster; default `imported`. */
  readonly distribution?: Distribution
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
  /** The objects that people apply for a registration, as they get them at Rancher's address. */
  manifestOf(registration: {
    readonly token: string
    readonly clusterId: string
  }): Promise<readonly unknown[]>
  /** Closed with the stage, last first. */
  closeLater(close: () => Promise<void> | void): void
  close(): Promise<void>
}

/** Rancher's 18 s until active become 0.36 s, an agent's 10 s until it tries again 0.2 s. */
const TIME_SCALE = 0.02

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const {
    seed = 1,
    name = 'myk8s',
    rancherVersion = '2.1.5',
    nodes,
    distribution,
    assetsDirectory,
  } = options
  const closing: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const part of closing.splice(0).reverse()) await part()
  }
  const clusterOptions: LabClusterOptions = {
    name,
    seed,
    timeScale: TIME_SCALE,
    ...(nodes && { nodes }),
    ...(distribution && { distribution }),
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
    rancher.presentCertificate(certificateFor(RANCHER_HOST))
    rancher.setSetting('server-url', url)
    // Before 2.6 a manifest names the address that it was asked for at.
    const addressed: LabRancher = Object.create(rancher, { url: { value: url } })
    const [added] = addClusters(addressed, [cluster])
    if (!added) throw new Error('the cluster was not added')
    await ensureServiceAccountSecret(cluster)
    const { id: clusterId } = await connectAgents(addressed, added)
    const stage: Stage = {
      rancher,
      front,
      cluster,
      clusterId,
      rancherVersion,
      url,
      workerUrl: url,
      workerCaPem: rancher.caPem,
      manifestOf: (registration) => importedObjects(addressed, registration),
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
  rancher.presentCertificate(certificateFor(RANCHER_HOST))
}

const MONTH_MS = 30 * 24 * 60 * 60 * 1000

/** What Rancher's authority certifies for a host name: a month ago, for a year. */
export function certificateFor(host: string) {
  return { dnsNames: [host], ipAddresses: [], validFrom: new Date(Date.now() - MONTH_MS) }
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
