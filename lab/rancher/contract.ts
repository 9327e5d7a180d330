import type { KeyedCertificate } from '../certificates/index.ts'
import type { ApiToken } from './api-token.ts'
import type { ClusterKind } from './cluster-kind.ts'
import type { JsonObject } from './recorded.ts'
import type { ServedCertificate } from './served-authority.ts'

/** A message of the log that Rancher writes, one line as it would print it, and when (ISO, with milliseconds). */
export interface ServerLogLine {
  readonly at: string
  readonly line: string
}

export interface SeenRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly path: string
  readonly at: string
}

/** A change of what Rancher says about a cluster, with the milliseconds that its API rounds away. */
export interface ClusterChange {
  readonly clusterId: string
  readonly state: ClusterState
  readonly message: string
  readonly at: string
}

/** `waiting`: 2.6 and later, between the first tunnel of a new cluster and its second session. */
export type ClusterState = 'pending' | 'waiting' | 'active' | 'unavailable'

export interface ClusterCondition {
  readonly type: string
  readonly status: string
  /** `''` when Rancher gives none. */
  readonly message: string
  /** ISO, in whole seconds. */
  readonly since: string
}

/**
 * An agent's open web socket. Node agents do not count for a cluster's state; `second` is the one that an agent of 2.6 or later
 * opens besides (`stv-cluster-…`), which alone makes its cluster connected there.
 */
export interface AgentSession {
  readonly clusterId: string
  readonly kind: 'cluster' | 'node' | 'second'
  readonly token: string
  readonly remoteAddress: string
  readonly openedAt: string
}

export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
}

/** A node that Rancher knows of. */
export interface KnownNode {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  /** Such as `docker://17.3.2`. */
  readonly runtime: string
  readonly osImage: string
  readonly kubeletVersion: string
}

/** An object that is to go, as Kubernetes names it. */
export interface ObjectName {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** Puts objects on a cluster as `kubectl apply` does, and takes others off; what Rancher does through the tunnel. */
export type ClusterHands = (
  clusterId: string,
  objects: readonly JsonObject[],
  obsolete: readonly ObjectName[],
) => Promise<void>

export interface NewCluster {
  readonly name: string
  /** Default `imported`. */
  readonly kind?: ClusterKind
  /** Default none, as in the recordings of 2.1.5: then Rancher never pushes its own manifest. */
  readonly nodes?: readonly KnownNode[]
  /** `.dockerconfigjson` of the cluster's own registry, in base64. Default none. */
  readonly registryCredentials?: string
  /** Default false: Rancher's manifest has no priority class. */
  readonly hasPriorityClass?: boolean
  /** Variables that somebody set for the agent in Rancher (`spec.agentEnvVars`). */
  readonly agentEnvVars?: Readonly<Record<string, string>>
  /** Default false. True: the API does not show the field `agentFeatures`. */
  readonly hidesAgentFeatures?: boolean
  /** Default: `c-` and five seeded characters, `c-m-` and eight from 2.6 on. `local` makes the cluster Rancher runs on. */
  readonly id?: string
  readonly apiEndpoint?: string
  readonly apiServerCaPem?: string
  /** Such as `v1.20.2`. */
  readonly kubernetesVersion?: string
  /** Default `true`: it has a registration token. */
  readonly registered?: boolean
  /**
   * Default `false`: a new cluster, `pending` until its first agent, which makes it active at once. `true`: Rancher has known
   * it and lost it, so its first agent is a reconnect, flap included.
   */
  readonly lost?: boolean
}

export interface AddedCluster {
  readonly id: string
  /** `''` when it was added unregistered. */
  readonly registrationToken: string
}

/** What a request is answered with in place of Rancher. */
export interface ForcedAnswer {
  readonly status: number
  readonly body: string
  readonly contentType: string
}

/** Asks the API server of a cluster as its administrator, as what comes through the tunnel does. */
export type AskCluster = (
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number; readonly text: string }>

export interface LabRancherOptions {
  /** Which Rancher, such as `2.12.0`. 2.1.5 and 2.12.0 answer as recorded; the differences of others are in `lab/rancher-quirks.ts`. Default `2.1.5`. */
  readonly version?: string
  /** What the setting `server-version` and agents' variables say. Default `v` and the version; the recorded 2.12.0 said `dev`. */
  readonly serverVersionSetting?: string
  /** Equal seeds give equal ids and tokens. Keys and certificates are always fresh. Default 1. */
  readonly seed?: number
  /** Factor on Rancher's own delays (2.9 s until a loss shows, flap at 18, 33 and 48 s). Default 1. */
  readonly timeScale?: number
  /** Default 0: any free port. It stays the same through `goDown`, `comeBack` and `rotateCa`. */
  readonly port?: number
  /** How long a registration created over the API has an empty token. Default 0: filled at once. */
  readonly registrationTokenDelayMs?: number
  readonly now?: () => Date
}

type Unsubscribe = () => void

/** A running Rancher for demo, tests and game days. Addresses are 127.0.0.1 only. */
export interface LabRancher {
  /** `https://127.0.0.1:PORT`, also the setting `server-url` unless changed. */
  readonly url: string
  /** Such as `2.1.5`. */
  readonly version: string
  /** The authority of the certificate that is presented now (it changes with `rotateCa`). */
  readonly caPem: string
  /** What agents must be given to trust it: SHA-256 of the setting `cacerts`, in hex; `''` when that is empty. */
  readonly caChecksum: string
  /** `token-xxxxx:…`, good as bearer or as Basic user and password. */
  readonly apiToken: string
  readonly serverLog: readonly ServerLogLine[]
  readonly requests: readonly SeenRequest[]
  onRequest(listener: (request: SeenRequest) => void): Unsubscribe
  onServerLog(listener: (line: ServerLogLine) => void): Unsubscribe
  onClusterChange(listener: (change: ClusterChange) => void): Unsubscribe

  addCluster(cluster: NewCluster): AddedCluster
  clusterState(clusterId: string): ClusterState
  /** What `GET /v3/clusters/<id>` says in `conditions`, oldest first. */
  conditions(clusterId: string): readonly ClusterCondition[]
  /** What Rancher pushes its own manifest with; without, it pushes none. */
  deployWith(hands: ClusterHands): void
  /** Has the cluster's second session answer no ping, or answer again. */
  failPings(clusterId: string, isFailing: boolean): void
  annotations(clusterId: string): Readonly<Record<string, string>>
  /** Makes another registration token for people and gives its value; `name: 'system'` for Rancher's own. */
  issueRegistration(
    clusterId: string,
    options?: { readonly name?: string; readonly token?: string },
  ): string
  /** What the API answers to an administrator's GET, whatever fault is played: what Rancher has stored. */
  stored(path: string): JsonObject
  /**
   * Deletes all tokens of the cluster. Open sessions live on until they reconnect, unless `disconnect`. From 2.6 on another
   * `default-token` appears by itself.
   */
  revokeRegistrations(clusterId: string, options?: { readonly disconnect?: boolean }): void
  sessions(clusterId: string): readonly AgentSession[]
  /** Called after an agent connected or went. */
  onSessionChange(listener: () => void): Unsubscribe
  /** Changes what Rancher has on record about the API server of a cluster. */
  changeCluster(
    clusterId: string,
    change: { readonly apiEndpoint?: string; readonly apiServerCaPem?: string },
  ): void
  /** What `/k8s/clusters/<id>/…` leads to while a cluster agent is connected. */
  leadTunnel(clusterId: string, ask: AskCluster): void
  /** Cuts the sessions; agents that run will come back. */
  disconnectAgents(clusterId: string): void

  /**
   * New authority, new certificate, every connection cut. `updateSetting: false` leaves the setting `cacerts` with the old
   * authority, as when only the load balancer was changed.
   */
  rotateCa(options?: { readonly updateSetting?: boolean }): void
  /** Presents another certificate of the present authority, for instance one that has expired. */
  presentCertificate(certificate: ServedCertificate): void
  /** Issues what `presentCertificate` would, of the present authority, for a load balancer to present. */
  issueCertificate(certificate?: ServedCertificate): KeyedCertificate
  /** Somebody deletes the cluster in Rancher: its tokens and sessions go with it. */
  removeCluster(clusterId: string): void
  /**
   * What Rancher finds when it asks the cluster through an open tunnel: `unavailable` with this message, although agents are
   * connected; null: all is well with it again.
   */
  reportHealth(clusterId: string, message: string | null): void
  /** Rancher has asked an API server and found these nodes in the cluster. */
  knowNodes(clusterId: string, nodes: readonly KnownNode[]): void
  /** Rancher's record holds this authority of the cluster's API server, until the cluster agent connects again. */
  rememberApiServerCa(clusterId: string, caPem: string): void
  /** Closes the port and every connection. */
  goDown(): Promise<void>
  /** Opens the same port again. */
  comeBack(): Promise<void>
  /** Answers every request whose path starts so, tunnels included, as given; null ends it. Default: every request. */
  answerEverythingWith(answer: ForcedAnswer | null, pathPrefix?: string): void
  /** Leaves requests whose path starts so without any answer; null ends it. */
  hang(pathPrefix: string | null): void
  /** Refuses requests (with this method, if given) whose path starts so with 403; null ends it. */
  forbid(pathPrefix: string | null, method?: string): void
  setSetting(name: string, value: string): void
  /** Changes what the API token is: the cluster it is limited to, its end, its user's global roles. */
  changeApiToken(change: Partial<Omit<ApiToken, 'value'>>): void
  /** Serves this as the manifest, or what is made of the real one; null ends it. */
  serveManifest(manifest: string | ((manifest: string) => string) | null): void
  close(): Promise<void>
}
