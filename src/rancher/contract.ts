import type { Secret } from '../observe/index.ts'
import type { Failure } from '../recovery/index.ts'
import type { RancherVersion } from './version-differences.ts'

/** One condition of a cluster, as Rancher reports it. Times are ISO strings, absent on some versions. */
export interface RancherCondition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  readonly lastUpdateTime: string | null
}

/** What Rancher says about one cluster (`GET /v3/clusters/<id>`; fixtures cluster-active.json, cluster-unavailable.json). */
export interface RancherCluster {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly transitioning: string
  readonly message: string
  readonly conditions: readonly RancherCondition[]
  /** How Rancher came to it: `imported`, `rancherKubernetesEngine`, `k3s`, `rke2`, `EKS`, …; `''` before first contact. */
  readonly driver: string
  /** Which distribution it is, as detected (2.3 and later): `rke`, `rke2`, `k3s`, `eks`, …; `''` where Rancher does not say. */
  readonly provider: string
  /** What the agents must be told in CATTLE_FEATURES (2.4 and later); null where Rancher does not say. */
  readonly agentFeatures: Readonly<Record<string, boolean>> | null
  /** Those that Rancher keeps on the cluster; `io.cattle.agent.force.deploy` among them. */
  readonly annotations: Readonly<Record<string, string>>
  readonly internal: boolean
  /** Address of the downstream API server as the agent told it, null before first contact. */
  readonly apiEndpoint: string | null
  /** PEM of the downstream API server's authority (not Rancher's), null before first contact. */
  readonly apiServerCaPem: string | null
  readonly kubernetesVersion: string | null
}

/** The settings an agent manifest is made from. `caCerts` is PEM as stored, `''` when Rancher uses a public authority. */
export interface RancherSettings {
  readonly serverUrl: string
  readonly caCerts: string
  /** `caChecksumOf(caCerts)`. */
  readonly caChecksum: string
  readonly agentImage: string
}

/** What Rancher shows about the API token that is used; null where it does not show it. */
export interface ApiTokenFacts {
  readonly lifetime: {
    /** ISO time; null: it does not expire. */
    readonly expiresAt: string | null
  } | null
  /** Of the token's user, such as `admin` or `user-base`. */
  readonly globalRoles: readonly string[] | null
}

/** A machine that Rancher knows (`GET /v3/nodes`). */
export interface RancherNode {
  readonly clusterId: string
  /** As its cluster or Rancher calls it; `''` where nobody does yet. */
  readonly name: string
  /** Inner and outer address, as far as Rancher knows them. */
  readonly addresses: readonly string[]
}

/** A cluster registration token: knowing it is being allowed to join nodes to the cluster. */
export interface Registration {
  readonly id: string
  readonly name: string
  readonly clusterId: string
  readonly token: Secret
}

/** What a TLS client sees when it connects to Rancher; nothing is sent. */
export interface PresentedCertificate {
  readonly subject: string
  readonly issuer: string
  /** SHA-256 of the leaf, upper-case hex with colons. */
  readonly fingerprint: string
  readonly validFrom: string
  readonly validTo: string
  /** Whether it verifies (chain, dates, name) with the authority asked about; the reason when it does not. */
  readonly verdict:
    | { readonly trusted: true }
    | { readonly trusted: false; readonly reason: string }
}

/** A registration of some cluster, for telling whose a token is. */
export type RegistrationOwner = Pick<Registration, 'clusterId' | 'token'>

/** Which Rancher this is, and how strictly it has agents verify it; `''` where the version does not say. */
export interface RancherInstallation {
  readonly installUuid: string
  /** `strict` or `system-store` (2.7.16, 2.8.6 and later). */
  readonly agentTlsMode: string
}

/** One certificate as a server sends it. Names have one part a line. */
export interface ServedCertificate {
  readonly subject: string
  readonly issuer: string
  /** SHA-256, upper-case hex with colons. */
  readonly fingerprint: string
  readonly validFrom: string
  readonly validTo: string
  readonly pem: string
}

/**
 * How served certificates stand to an authority. `incomplete`: the certificate between the last one served and the authority is
 * missing. `of-another-authority`: no chain leads to it. `perhaps-incomplete`: nothing shows which of the two it is.
 */
export type ChainJudgement =
  | 'verifies'
  | 'incomplete'
  | 'perhaps-incomplete'
  | 'of-another-authority'

/**
 * What anybody sees at an address, without logging in and without trusting it: nothing here is proof of Rancher, and nothing that
 * is sent is secret. Parts that were not answered are null.
 */
export interface AddressView {
  readonly url: string
  /** As the worker's name server resolves its host; empty when it does not. */
  readonly ipAddresses: readonly string[]
  /** Why no connection came about; null when one did. */
  readonly problem: string | null
  /** As served, the server's own first. */
  readonly chain: readonly ServedCertificate[]
  /** Whether an authority that systems know signed it. */
  readonly isPubliclyTrusted: boolean
  readonly isForThisHost: boolean | null
  /** What the server says the time is: its header `Date`. */
  readonly serverTime: string | null
  /** `/ping`. */
  readonly ping: { readonly status: number; readonly isPong: boolean } | null
  /** Checksum of what `/v3/settings/cacerts` shows to everybody: what the agents compare with the one they pin. */
  readonly caChecksum: string | null
  /** `/v3/connect` asked for a websocket without a token. Rancher refuses with `failed authentication`, before it upgrades. */
  readonly connect: { readonly status: number; readonly body: string } | null
}

/** What only a diagnosis asks. Same rules as for `Rancher`. */
export interface RancherEvidence {
  installation(signal: AbortSignal): Promise<RancherInstallation>
  /** The registrations of all clusters that the API token may see: one page, at most 1,000. */
  allRegistrations(signal: AbortSignal): Promise<readonly RegistrationOwner[]>
  /** Names of the nodes that Rancher knows for a cluster. */
  nodeNames(clusterId: string, signal: AbortSignal): Promise<readonly string[]>
  /** Looks at an address from here. Rejects only when `signal` aborts. */
  lookAt(url: string, signal: AbortSignal): Promise<AddressView>
}

/** An agent manifest as text. */
export interface ImportManifest {
  readonly text: string
  /** Null: Rancher made it. Else why Reagent made it, from Rancher's settings and the token, as a sentence. */
  readonly renderedBecause: string | null
}

/** Which of several ways to Rancher gave the last answer. */
export interface ReachedBy {
  /** Such as `kubeconfig local.yaml`. */
  readonly way: string
  /** Whether that is Rancher's API: else nothing of it came over the network that agents use. */
  readonly isApi: boolean
  /** Those before it, in their order, each with what kept it from being used. */
  readonly passedOver: readonly { readonly way: string; readonly failure: Failure }[]
}

/**
 * What a call through Rancher's tunnel told. `uid`: that of the namespace kube-system. `broken`: the tunnel does not carry the call.
 * `not-available`: this token, or this way to Rancher, does not show it, which says nothing about the tunnel. Reasons are for people.
 */
export type TunnelIdentity =
  | { readonly kind: 'answered'; readonly uid: string }
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'not-available'; readonly reason: string }

/**
 * One Rancher, reached by its API or by one of the other ways. Every call rejects with a `Failure` whose code starts with
 * `rancher.`, within its own time limit or as soon as `signal` aborts; nothing is retried inside. A signal that aborts
 * because of its own time limit gives `rancher.timed-out`, any other `rancher.unreachable`.
 */
export interface Rancher {
  readonly url: string
  /** `GET /ping`: resolves when Rancher itself answers. */
  ping(signal: AbortSignal): Promise<void>
  clusters(signal: AbortSignal): Promise<readonly RancherCluster[]>
  /** The nodes of all clusters that the token may see. */
  nodes(signal: AbortSignal): Promise<readonly RancherNode[]>
  /**
   * Finds one cluster by exact name, or by id. Fails with `rancher.cluster-not-found` (fact `nearest`: up to three
   * similar names), `rancher.cluster-ambiguous` or, for the local cluster, `rancher.cluster-not-ours`.
   */
  findCluster(nameOrId: string, signal: AbortSignal): Promise<RancherCluster>
  /** The current record of a cluster that was found before. */
  cluster(id: string, signal: AbortSignal): Promise<RancherCluster>
  /** Fails with `rancher.server-url-unset` while agents could not be told where to go. */
  settings(signal: AbortSignal): Promise<RancherSettings>
  /** From the setting `server-version`, else from `/rancherversion`, else from the agent image's tag. */
  version(signal: AbortSignal): Promise<RancherVersion>
  apiToken(signal: AbortSignal): Promise<ApiTokenFacts>
  registrations(clusterId: string, signal: AbortSignal): Promise<readonly Registration[]>
  /** A registration for people to use (never the one named `system`); created when there is none. */
  ensureRegistration(
    clusterId: string,
    signal: AbortSignal,
  ): Promise<{ readonly registration: Registration; readonly created: boolean }>
  /**
   * The text of the manifest that people apply. Rancher answers 200 for any token, so check its content. Fails with
   * `manifest.too-large` beyond one mebibyte.
   */
  importManifest(
    version: RancherVersion,
    registration: Registration,
    signal: AbortSignal,
  ): Promise<ImportManifest>
  /**
   * Asks Rancher to push its own agent manifest through the tunnel, by the annotation that it looks for. All other annotations stay.
   * `run` is noted beside it: asked again for the same run, nothing is written, also when Rancher has pushed and taken the wish
   * back meanwhile. Fails with `rancher.outcome-unknown` when the answer to the write never came, and with `rancher.way-unusable`
   * where Rancher's API is none of the ways.
   */
  askForPush(
    clusterId: string,
    run: string,
    signal: AbortSignal,
  ): Promise<{ readonly asked: boolean }>
  /** False while Rancher has no tunnel to the cluster. True as well where this token may not know: then nothing tells. */
  tunnelAnswers(clusterId: string, signal: AbortSignal): Promise<boolean>
  /** Which cluster answers through Rancher's tunnel. */
  identityThroughTunnel(clusterId: string, signal: AbortSignal): Promise<TunnelIdentity>
  /** The certificate that Rancher's address presents, judged against `caPem` (`''`: the system's authorities). */
  presentedCertificate(caPem: string, signal: AbortSignal): Promise<PresentedCertificate>
  readonly evidence: RancherEvidence
  /** Null: there is but one way, or nothing was asked yet. `ping` and `presentedCertificate` always go over the network. */
  reachedBy(): ReachedBy | null
  /** Closes kept-alive connections. */
  close(): void
}

export interface RancherOptions {
  readonly url: string
  readonly token: Secret
  /** PEM of the authority that Rancher's certificate must verify with; null: the system's authorities. */
  readonly caPem: string | null
  /** Limit of one request. */
  readonly timeoutMs: number
}
