import type { Authority, KeyedCertificate } from '../certificates/index.ts'
import type { JsonObject } from './json.ts'

/** Which object: as Kubernetes names it. */
export interface LabRef {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** A request that would change something, as it came through the gate. */
export interface WriteRecord {
  readonly verb: 'create' | 'update' | 'patch' | 'apply' | 'delete'
  /** Path and query as sent. */
  readonly path: string
  /** `kind` is `''` where the path names a kind that is not served. */
  readonly ref: LabRef
  readonly dryRun: boolean
  readonly fieldManager: string
  readonly force: boolean
  /** What was sent; null for Secrets and for what is not JSON. */
  readonly body: JsonObject | null
  /** What was answered; 0: the client got no answer. */
  readonly status: number
  readonly at: string
}

/** A write before it is forwarded. */
export type Write = Omit<WriteRecord, 'status'>

export type WritePredicate = (write: Write) => boolean

export interface Refusal {
  /** Name of the admission webhook; default `policy.example.com`. */
  readonly webhook?: string
  /** Default `not allowed by policy`. */
  readonly message?: string
  /** 403 is what policy engines answer, 400 what a webhook gets that gives no code. Default 403. */
  readonly status?: 400 | 403
  /** Refuses dry runs too, as webhooks without side effects do. Default false. */
  readonly dryRun?: boolean
}

type Unsubscribe = () => void

/** The HTTPS port that the kubeconfig points to, in front of either kind of API server; faults are played here. */
export interface Gate {
  /** Closes the port and every connection. */
  goDown(): Promise<void>
  /** Opens the same port again. */
  comeBack(): Promise<void>
  /** Takes requests and never answers; `false` ends it, and cuts those that hang. */
  hang(on?: boolean): void
  /** How many requests hang now. */
  readonly hanging: number
  /** Answers every request so, before anybody is authenticated; null ends it. */
  answerWith(
    answer: {
      readonly status: number
      readonly body: string
      readonly contentType?: string
    } | null,
  ): void
  /**
   * Plays a slow etcd: every answer comes so much later, every other request and every write fails with `etcdserver: request
   * timed out`, and `/readyz` names etcd; null ends it.
   */
  slowEtcd(how: { readonly delayMs: number } | null): void
  /** Answers 401 to the credentials of the kubeconfig, as when they have expired. */
  refuseCredentials(on?: boolean): void
  /** Answers 403 as RBAC does; null ends it. Reads have no `Write`: they are matched by method and path. */
  forbid(which: ((method: string, path: string) => boolean) | null): void
  /** Refuses writes as a denying admission webhook does: those that match, or all after so many real ones; null ends it. */
  refuseWrites(which: WritePredicate | { readonly after: number } | null, refusal?: Refusal): void
  /** Forwards such writes and cuts the connection instead of answering; null ends it. */
  dropAnswer(which: WritePredicate | null): void
  /** Awaited before a write is forwarded (refused ones too). */
  onWrite(listener: (write: Write) => void | Promise<void>): Unsubscribe
  /** Awaited after a write was done and before its answer is sent. */
  afterWrite(listener: (write: WriteRecord) => void | Promise<void>): Unsubscribe
}

/** What built the cluster: its nodes look like it. */
export type Distribution = 'imported' | 'rke1' | 'rke2' | 'k3s' | 'hosted'

export interface LabTaint {
  readonly key: string
  readonly value?: string
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
}

export interface LabNode {
  readonly name: string
  /** Such as `docker://17.3.2`. */
  readonly runtime: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly LabTaint[]
  readonly osImage: string
  readonly kubeletVersion: string
}

export interface LabNodeOptions {
  readonly name: string
  readonly runtime?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: readonly LabTaint[]
  readonly osImage?: string
  readonly kubeletVersion?: string
}

export interface Crash {
  readonly exitCode: number
  readonly reason: 'OOMKilled' | 'Error' | 'ContainerCannotRun' | 'StartError'
  readonly logLines: readonly string[]
  /** What the kubelet has to say of it, as runtimes do of a program that cannot even be started. */
  readonly message?: string
  /** How long the agent runs before it ends so. Default 0: it prints nothing of its own. */
  readonly afterMs?: number
}

/** What keeps a cluster's pods from being created or started. */
export interface ClusterTrouble {
  /** Every new pod is refused with this message, as by an admission webhook; null ends it. */
  refusePods(message: string | null): void
  /** On these nodes no pod gets a sandbox, for the reason that the runtime gives; null ends it. */
  failSandboxes(nodes: readonly string[], message: string | null): void
  /** These nodes run out of disk or memory: they are tainted, evict the agents and take no others. */
  pressNodes(nodes: readonly string[], pressure: NodePressure): Promise<void>
}

/** A condition of a node that makes its kubelet evict pods. */
export type NodePressure = 'DiskPressure' | 'MemoryPressure'

/** What is in the way between a cluster's agents and Rancher. */
export interface AgentRoad {
  /** The cluster's name server: works, has no such name, or does not answer. */
  readonly dns: 'works' | 'no-such-host' | 'timeout'
  /** `rejected`: a firewall refuses connections at once (one that drops packets: `blockEgress`). */
  readonly egress: 'open' | 'rejected'
  /** A port of the machine that takes what is meant for Rancher; null: nothing is in between. */
  readonly interceptedAt: number | null
  /** By node, how far its clock is ahead (behind: negative). Nodes that are not named are right. */
  readonly clockOffsetMs: Readonly<Record<string, number>>
}

/**
 * `1.20` is recorded, and so is `old`: the API server of the 1.10 generation built into Rancher 2.1.5, whose version is unreadable,
 * that ignores dry run and has no server-side apply. `1.14` honours dry run, `1.33` has none of the old API versions any more.
 */
export type KubernetesRelease = 'old' | '1.14' | '1.20' | '1.33'

export interface LabClusterOptions {
  readonly name?: string
  /** Default `simulated`. `real` needs the folder named by `assetsDirectory`. */
  readonly kind?: 'simulated' | 'real'
  /** Folder with `kube-apiserver` and `etcd`; needed for `real`. */
  readonly assetsDirectory?: string
  /** Default `1.20`. A `real` server plays the behaviour of an older one, with the API versions that it has itself. */
  readonly kubernetesVersion?: KubernetesRelease
  /** What becomes of `dryRun=All`; default as the release has it. `checked`: other values are refused, `All` is ignored all the same. */
  readonly dryRun?: 'honoured' | 'ignored' | 'checked'
  /** Default `imported`. */
  readonly distribution?: Distribution
  /** Default: those of the distribution; for `imported` w1, w2, w3 with docker://17.3.2. */
  readonly nodes?: readonly LabNodeOptions[]
  /** Equal seeds give equal names of pods. Default 1. */
  readonly seed?: number
  /** Factor on the waiting times of kubelets and agents. Default 1. */
  readonly timeScale?: number
  /** Default `certificate`. */
  readonly credential?: 'certificate' | 'token'
  /** Default false: workloads are played. True: only the API server. */
  readonly withoutKubelet?: boolean
  readonly now?: () => Date
}

export interface LabAnswer {
  readonly status: number
  readonly text: string
  /** The JSON body; `{}` when it is not JSON. */
  readonly body: JsonObject
}

/** An agent's pod as its kubelet sees it. */
export interface LabAgent {
  readonly pod: string
  /** Such as `cattle-node-agent`. */
  readonly app: string
  readonly node: string
  /** `Running`, or why it does not run: `ContainerCreating`, `CrashLoopBackOff`, `Error`, … */
  readonly state: string
  readonly isReady: boolean
  readonly restarts: number
  readonly environment: Readonly<Record<string, string>>
  /** Null before it printed anything. */
  readonly lastLogLine: string | null
}

/** A Kubernetes cluster to try things on: a gate, an API server behind it, kubelets that run agents. */
export interface LabCluster {
  readonly name: string
  readonly kind: 'simulated' | 'real'
  /** YAML with a current context and embedded credentials. */
  readonly kubeconfig: string
  /** `https://127.0.0.1:PORT` of the gate. */
  readonly server: string
  /** Authority of the gate's certificate. */
  readonly caPem: string
  /** Uid of the namespace kube-system. */
  readonly uid: string
  /** Such as `v1.20.2`. */
  readonly kubernetesVersion: string
  readonly distribution: Distribution
  readonly nodes: readonly LabNode[]
  /** Every write that came through the gate, dry runs included. */
  readonly writes: readonly WriteRecord[]
  readonly gate: Gate
  /** Certificate and key of an administrator, good for these days from that many days ago on. */
  issueClient(dates: { readonly fromDaysAgo: number; readonly days: number }): KeyedCertificate
  /** The bearer token of an administrator. */
  readonly token: string
  /** Opens another port to the same API server, with a certificate of this authority; `url` is its address. Closed with the cluster. */
  openOtherPort(serverAuthority: Authority): Promise<{ readonly url: string; readonly gate: Gate }>
  /** Asks the API server as its administrator, past the gate: not recorded, no faults. */
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<LabAnswer>
  /** Creates or changes objects as `kubectl apply` does; rejects on the first that is refused. */
  applyAsKubectl(objects: readonly unknown[]): Promise<void>
  /** The same as `kubectl apply --server-side --force-conflicts`. */
  applyServerSideAsKubectl(objects: readonly unknown[]): Promise<void>
  /** The object, null when it is not there. */
  find(ref: LabRef): Promise<JsonObject | null>
  /** Deletes an object; a namespace goes with everything in it. An absent one is fine. */
  deleteObject(ref: LabRef): Promise<void>
  scale(ref: LabRef, replicas: number): Promise<void>
  /** The pods of cattle-system that kubelets run now, in the order of their names. */
  agents(): readonly LabAgent[]
  /** Called when a pod came, went, changed its state or printed a line. */
  onAgentChange(listener: () => void): Unsubscribe
  /** The current log of a pod in cattle-system, whole. */
  podLog(podName: string): readonly string[]
  setImagePullable(image: string, isPullable: boolean): void
  /** Ends every agent so, now and at each start; null: they run again at their next restart. */
  crashAgents(crash: Crash | null): void
  /** Drops what agents send to Rancher: connections time out, open tunnels break. */
  blockEgress(isBlocked: boolean): void
  /** Puts something else in the way; open tunnels break where their packets are concerned. */
  changeRoad(change: Partial<AgentRoad>): void
  readonly trouble: ClusterTrouble
  /** Agents start, but none connects until `false`. */
  holdAgents(isHeld: boolean): void
  close(): Promise<void>
}
