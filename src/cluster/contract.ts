import type { ObjectRef, PlannedObject } from '../recovery/index.ts'

/** A Kubernetes object as raw JSON: fields that Reagent does not know are kept. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly generation?: number
    readonly annotations?: Readonly<Record<string, string>>
    readonly labels?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

/** Where the credentials for a cluster come from. */
export interface CredentialSource {
  readonly kind: 'file'
  readonly path: string
}

/** The kinds that an API server serves: `find` answers null for one that is not served in that version. */
export interface ServedKinds {
  find(
    apiVersion: string,
    kind: string,
  ): { readonly resource: string; readonly namespaced: boolean } | null
}

/** One thing that RBAC allows or not, in the words of a SelfSubjectAccessReview. `group` is `''` for the core group. */
export interface Access {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  /** Absent: at the cluster scope. */
  readonly namespace?: string
  readonly name?: string
}

/** What identifies a cluster: `uid` is that of the namespace kube-system. */
export interface ClusterIdentity {
  readonly uid: string
  readonly server: string
  /** PEM of the authority the kubeconfig trusts, null when it relies on the system's. */
  readonly caPem: string | null
  readonly version: string
}

/** One agent workload and its pods, as the cluster sees them. */
export interface AgentWorkload {
  readonly ref: ObjectRef
  readonly desiredPods: number
  readonly readyPods: number
  readonly updatedPods: number
  /** True when the rollout of the current template is complete: generation observed, all pods new and ready. */
  readonly rolledOut: boolean
  readonly image: string
  /** `CATTLE_*` variables with plain values. */
  readonly env: Readonly<Record<string, string>>
  /** The credentials secret that it mounts, whether that exists, and keyed fingerprints of what it holds. */
  readonly credentials: {
    readonly secretName: string | null
    readonly exists: boolean
    readonly url: string | null
    readonly tokenFingerprint: string | null
  }
  readonly pods: readonly AgentPod[]
}

export interface AgentPod {
  readonly name: string
  readonly node: string | null
  readonly phase: string
  readonly ready: boolean
  readonly restarts: number
  /** Reason of a waiting or last terminated container: `CrashLoopBackOff`, `ImagePullBackOff`, `OOMKilled`, … */
  readonly waitingReason: string | null
  readonly terminatedReason: string | null
  readonly exitCode: number | null
  readonly startedAt: string | null
  /** When the pod was made, whatever its container did since; null where the server does not say. */
  readonly createdAt: string | null
  /** It is being deleted. */
  readonly isTerminating: boolean
  /** The last lines of its log, redacted: tokens never leave this room. Null when it could not be read. */
  readonly logLines: readonly string[] | null
}

/** A node as it reports about itself. A text is `''` where it does not say. */
export interface NodeObserved {
  readonly name: string
  /** Such as `docker://18.9.0` or `containerd://1.7.2`. */
  readonly runtime: string
  /** Such as `v1.20.2`. */
  readonly kubeletVersion: string
  /** Such as `Ubuntu 18.04.6 LTS`. */
  readonly osImage: string
}

export interface Taint {
  readonly key: string
  readonly value: string
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. */
  readonly effect: string
}

/** What decides whether an agent may run on a node. */
export interface AgentNode {
  readonly name: string
  /** Labelled so in the way in which Rancher looks for it: `node-role.kubernetes.io/controlplane` or `control-plane` = `true`. */
  readonly isControlPlane: boolean
  readonly isCordoned: boolean
  readonly taints: readonly Taint[]
}

/** What a cluster agent finds on its cluster, beside its own objects. */
export interface AgentSurroundings {
  /** Null where they may not be listed. */
  readonly nodes: readonly AgentNode[] | null
  /** False where there are more nodes than were read; those of the control plane are always among them. */
  readonly allNodes: boolean
  /** Whether Secret cattle-private-registry is in cattle-system. */
  readonly privateRegistry: boolean
  /** The name of Rancher's priority class for agents, where that exists. */
  readonly priorityClass: string | null
}

/** The agents in cattle-system as found. A workload that is not there is null. */
export interface AgentsObserved {
  readonly namespaceExists: boolean
  readonly clusterAgent: AgentWorkload | null
  readonly nodeAgent: AgentWorkload | null
  /** Recent warning events about the agents: `reason: message`, newest first, redacted. */
  readonly events: readonly string[]
  /** At most 250; empty where they may not be listed. */
  readonly nodes: readonly NodeObserved[]
}

/** What one preview found: the planned objects in apply order, what to send for each, and what the approver should know. */
export interface Preview {
  readonly objects: readonly PlannedObject[]
  /** What `write` needs, index for index with `objects`. */
  readonly prepared: readonly PreparedObject[]
  readonly restartsPods: number
  readonly notes: readonly string[]
}

/** An object ready to be written: the fields to apply, and the live object they were compared with. */
export interface PreparedObject {
  readonly planned: PlannedObject
  readonly apply: KubernetesObject
  readonly live: KubernetesObject | null
}

/** Who writes: both go into annotations of each object that is written. */
export interface Writer {
  readonly run: string
  readonly fence: number
}

/**
 * A downstream cluster through one credential. Every call rejects with a `Failure` whose code starts with
 * `cluster.` or `lease.`, within its own time limit or as soon as `signal` aborts; nothing is retried inside.
 */
export interface Cluster {
  /** For people: which credential this is, e.g. `file kubeconfig-myk8s.yaml`. */
  readonly source: string
  readonly server: string
  identity(signal: AbortSignal): Promise<ClusterIdentity>
  served(signal: AbortSignal): Promise<ServedKinds>
  /** Those of the wanted accesses that this credential does not have, in their order. Writes nothing. */
  missingAccess(wanted: readonly Access[], signal: AbortSignal): Promise<readonly Access[]>
  /** When the client certificate ends, as an ISO time; null for credentials of other kinds. */
  certificateEnd(): Promise<string | null>
  observeAgents(signal: AbortSignal): Promise<AgentsObserved>
  /** What may not be read is left open. */
  surroundings(signal: AbortSignal): Promise<AgentSurroundings>
  /** The live form of each object (its kind, name and namespace count), index for index; null for one that is not there. */
  read(
    objects: readonly KubernetesObject[],
    signal: AbortSignal,
  ): Promise<readonly (KubernetesObject | null)[]>
  /**
   * Compares wanted objects (already of served API versions) with the live ones by a server-side dry run. Writes nothing.
   * `live` is what `read` gave for the same objects; without it they are read first.
   * Fails with `cluster.too-old` where the server is not known to honour `dryRun=All`.
   */
  preview(
    wanted: readonly KubernetesObject[],
    signal: AbortSignal,
    live?: readonly (KubernetesObject | null)[],
  ): Promise<Preview>
  /**
   * Keeps the live objects that `prepared` would change as one Secret in cattle-system, for a rollback.
   * Does nothing when this run has kept them already, or when nothing is there to keep.
   */
  keepPrevious(
    prepared: readonly PreparedObject[],
    writer: Writer,
    signal: AbortSignal,
  ): Promise<void>
  /**
   * Writes one object: creates it, or applies it server-side on exactly the version that was compared.
   * An object that already carries this run's annotation and needs no change is left alone (`written: false`).
   * Fails with `lease.lost` when the object carries a newer fence, `cluster.changed` when it is not the version
   * compared, `cluster.refused` when admission says no, `cluster.outcome-unknown` when the answer never came.
   */
  write(
    object: PreparedObject,
    writer: Writer,
    signal: AbortSignal,
  ): Promise<{ readonly written: boolean }>
  close(): void
}

export interface ClusterOptions {
  readonly source: CredentialSource
  /** Limit of one request. */
  readonly timeoutMs: number
  /** Key for fingerprints of secret values: equal values give equal fingerprints only under the same key. */
  readonly fingerprintKey: Uint8Array
}
