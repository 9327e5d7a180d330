import type { Failure, ObjectRef, PlannedObject } from '../recovery/index.ts'
import type { ClusterRecord, Credential, RancherSide } from './credentials/contract.ts'

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

/** What shows that a cluster is the one that Rancher means. */
export interface IdentityProof {
  readonly by: 'pinned-uid' | 'authority' | 'tunnel' | 'registration'
  /** Completes "It is the right one: ". */
  readonly says: string
}

/** A source of credentials that was tried and does not work. */
export interface PassedOver {
  /** As in `Cluster.source`. */
  readonly source: string
  readonly failure: Failure
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
  /** `CATTLE_*` variables, STRICT_VERIFY and those that name a proxy, with plain values, redacted. */
  readonly env: Readonly<Record<string, string>>
  /** The credentials secret that it mounts, whether that exists, and keyed fingerprints of what it holds. */
  readonly credentials: {
    readonly secretName: string | null
    readonly exists: boolean
    readonly url: string | null
    readonly tokenFingerprint: string | null
  }
  /** Of the workload itself: `Progressing`, `ReplicaFailure`, … */
  readonly conditions: readonly ObservedCondition[]
  readonly pods: readonly AgentPod[]
}

/** A condition of any Kubernetes object; texts are redacted, `''` where nothing is said, times ISO. */
export interface ObservedCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  /** When it last changed. */
  readonly at: string | null
}

/** A warning event, redacted. */
export interface ObservedEvent {
  readonly reason: string
  readonly message: string
  /** Such as `Pod cattle-cluster-agent-6d9c8c7b5-x2x4q`. */
  readonly about: string
  /** When it was last seen. */
  readonly at: string | null
}

/** A container of a pod beside the agent's own: an init container, or one that something put there. */
export interface OtherContainer {
  readonly name: string
  readonly isInit: boolean
  readonly ready: boolean
  readonly waitingReason: string | null
  readonly exitCode: number | null
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
  /** What the container's state says beside its reason, redacted; `''` where nothing. */
  readonly stateMessage: string
  /** Why the pod as a whole ended: `Evicted`, `NodeLost`, …, with the message. Null while it has not. */
  readonly endedBecause: { readonly reason: string; readonly message: string } | null
  readonly conditions: readonly ObservedCondition[]
  readonly otherContainers: readonly OtherContainer[]
  /** By the API server's clock. */
  readonly createdAt: string | null
  /** By the node's clock. */
  readonly startedAt: string | null
  /** Whether it was made from the template that its workload has now. */
  readonly isOfTemplate: boolean
  /** It is being deleted. */
  readonly isTerminating: boolean
  /** The last lines of its log, redacted: tokens never leave this room. Null when it could not be read. */
  readonly logLines: readonly string[] | null
  /** When each of `logLines` was written, by the node's clock; null where it is not known. Empty when none is. */
  readonly logTimes: readonly (string | null)[]
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
  readonly conditions: readonly ObservedCondition[]
  /** When the kubelet last reported, by the node's clock. */
  readonly heartbeatAt: string | null
}

/** What surrounds the agents and can keep them from connecting. A part is null where it may not be read, or is not served. */
export interface Surroundings {
  /** The namespace cattle-system: `Active` or `Terminating`. */
  readonly namespace: {
    readonly phase: string
    readonly conditions: readonly ObservedCondition[]
  } | null
  /** The service account `cattle` and the token secrets that it names. `caPem` is what agents report as this cluster's authority. */
  readonly serviceAccount: {
    readonly exists: boolean
    readonly missingSecrets: readonly string[]
    readonly caPem: string | null
  } | null
  /** Secret `stv-aggregation`, which agents from 2.6 on write when they connect. */
  readonly lastConnection: { readonly url: string | null } | null
  readonly fleetAgent: {
    readonly namespace: string
    readonly desiredPods: number
    readonly readyPods: number
    readonly logLines: readonly string[]
  } | null
  /** The cluster's own DNS: kube-dns or CoreDNS. */
  readonly dns: { readonly desiredPods: number; readonly readyPods: number } | null
  /** Webhooks that see pods, workloads or secrets before they are stored. */
  readonly webhooks: readonly { readonly name: string; readonly failurePolicy: string }[] | null
  /** `host:port` under which the API server is known inside the cluster: its service and its endpoints. */
  readonly apiAddresses: readonly string[] | null
  /** The API server about itself: the checks that failed, how long it took, what time it says it is. */
  readonly apiServer: {
    readonly failingChecks: readonly string[]
    readonly tookMs: number
    readonly time: string | null
  } | null
}

/** A node with the addresses that it has: inner, outer, as its cluster lists them. */
export interface NodeWithAddresses extends NodeObserved {
  readonly addresses: readonly string[]
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
  /** Rancher's priority class for agents, where that exists. */
  readonly priorityClass: { readonly name: string } | null | 'unreadable'
}

/** The agents in cattle-system as found. A workload that is not there is null. */
export interface AgentsObserved {
  readonly namespaceExists: boolean
  readonly clusterAgent: AgentWorkload | null
  readonly nodeAgent: AgentWorkload | null
  /** Recent warning events about the agents, newest first. */
  readonly events: readonly ObservedEvent[]
  /** At most 250; empty where they may not be listed. */
  readonly nodes: readonly NodeObserved[]
  readonly surroundings: Surroundings
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
  /** The sources that were tried and do not work, in their order. */
  readonly passedOver: readonly PassedOver[]
  readonly server: string
  /** The kubeconfig that it is reached by, as YAML. Holds credentials. */
  kubeconfig(): string
  /**
   * Shows that this is the cluster of Rancher's record. Fails with `cluster.wrong-cluster`, naming both, or with `cluster.unproved`
   * where there is nothing to compare with.
   */
  prove(record: ClusterRecord, signal: AbortSignal): Promise<IdentityProof>
  identity(signal: AbortSignal): Promise<ClusterIdentity>
  served(signal: AbortSignal): Promise<ServedKinds>
  /** Those of the wanted accesses that this credential does not have, in their order. Writes nothing. */
  missingAccess(wanted: readonly Access[], signal: AbortSignal): Promise<readonly Access[]>
  /** When the client certificate ends, as an ISO time; null for credentials of other kinds. */
  certificateEnd(): Promise<string | null>
  observeAgents(signal: AbortSignal): Promise<AgentsObserved>
  /** What may not be read is left open. */
  surroundings(signal: AbortSignal): Promise<AgentSurroundings>
  /** At most 250. Fails with `cluster.forbidden` where they may not be listed. */
  nodes(signal: AbortSignal): Promise<readonly NodeWithAddresses[]>
  /** The live form of each object (its kind, name and namespace count), index for index; null for one that is not there. */
  read(
    objects: readonly KubernetesObject[],
    signal: AbortSignal,
  ): Promise<readonly (KubernetesObject | null)[]>
  /**
   * Compares wanted objects (already of served API versions) with the live ones: by a dry run where the server is known to
   * honour it, else by a local three-way comparison that only reads. Writes nothing on either.
   * `live` is what `read` gave for the same objects; without it they are read first.
   * Fails with `cluster.dry-run-ignored` where a server that passed for honouring dry runs turns out to have stored one.
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
   * Writes one object: creates it, or changes it on exactly the version that was compared, by server-side apply where the
   * server has that, else by a merge patch. Never creates what was there when it was compared and is gone.
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
  readonly source: { readonly kind: 'file'; readonly path: string } | Credential
  /** What else a proof may rest on. Default: on Rancher's record alone. */
  readonly proof?: { readonly pinnedUid: string | null; readonly rancher: RancherSide }
  /** Limit of one request. */
  readonly timeoutMs: number
  /** Key for fingerprints of secret values: equal values give equal fingerprints only under the same key. */
  readonly fingerprintKey: Uint8Array
}
