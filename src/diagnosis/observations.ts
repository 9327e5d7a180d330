import type { AgentsObserved, Cluster, ClusterIdentity } from '../cluster/index.ts'
import type { Secret } from '../observe/index.ts'
import type {
  AddressView,
  PresentedCertificate,
  Rancher,
  RancherCluster,
  RancherInstallation,
  RancherSettings,
  RancherVersion,
  ReachedBy,
} from '../rancher/index.ts'
import type { Failure, Look } from '../recovery/index.ts'

/** What a diagnosis uses of Rancher: it writes nothing. */
type ReadableRancher = Pick<
  Rancher,
  | 'url'
  | 'ping'
  | 'version'
  | 'findCluster'
  | 'settings'
  | 'registrations'
  | 'presentedCertificate'
  | 'evidence'
> & { readonly reachedBy?: Rancher['reachedBy'] }

/** What a diagnosis uses of a cluster: it writes nothing. */
export type ReadableCluster = Pick<Cluster, 'server' | 'identity' | 'observeAgents'>

/** Which cluster to look at, and by what means. */
export interface DiagnosisRequest {
  /** Name or id of the cluster, as the person wrote it. */
  readonly cluster: string
  readonly rancher: ReadableRancher
  /**
   * Gives the cluster by its credentials; may reject. Asked with `cluster` as written and, when there are no credentials under
   * that, with the name that Rancher gives. The cluster stays open: whoever opened it closes it.
   */
  readonly openCluster: (name: string, signal: AbortSignal) => Promise<ReadableCluster>
  /** PEM of the authority that Rancher must verify with (RANCHER_CA_FILE); null: the system's authorities. */
  readonly caPem: string | null
  /** Keyed fingerprint, with the key that the cluster room uses, so that equal tokens can be told without keeping them. */
  readonly fingerprint: (value: Secret | string) => string
  /** Milliseconds since 1970: how long looks take, and the worker's time to compare other clocks with. */
  readonly clock: () => number
  /**
   * Default: 4000 ms a probe. All probes start together, so this bounds a whole look. Agents that have not spoken yet get a second
   * look; default 2000 ms later.
   */
  readonly limits?: { readonly probeMs: number; readonly secondLookAfterMs?: number }
}

/** What one probe brought: its answer, or why there is none (`*.timed-out` when it was not waited for any longer). */
export type Seen<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure }

/** A certificate authority as people compare it. */
export interface Authority {
  readonly subject: string
  /** SHA-256, upper-case hex with colons. */
  readonly fingerprint: string
}

/** Whose a registration is, without its token. */
export interface FingerprintOwner {
  readonly clusterId: string
  readonly fingerprint: string
}

/** Everything that was seen from the three vantage points. Holds no secret. */
export interface Observations {
  readonly cluster: string
  readonly rancherUrl: string
  /** ISO time by the worker's clock when all was seen. */
  readonly observedAt: string
  /** Whether a look shortly before found agents that had not spoken yet. */
  readonly isSecondLook: boolean
  readonly configuredAuthority: Authority | null
  /** PEM of what the worker is configured to verify Rancher with, `''` for the system's authorities. */
  readonly configuredCaPem: string
  readonly ping: Seen<void>
  readonly record: Seen<RancherCluster>
  readonly settings: Seen<RancherSettings>
  readonly version: Seen<RancherVersion>
  /** Keyed fingerprints of the registration tokens that Rancher accepts for this cluster. */
  readonly registrations: Seen<readonly string[]>
  /** Rancher's certificate, judged by the authority that the worker is configured with. */
  readonly certificate: Seen<PresentedCertificate>
  /** The same certificate, judged by Rancher's own setting cacerts: what the agents judge by. */
  readonly certificateForAgents: Seen<PresentedCertificate>
  readonly installation: Seen<RancherInstallation>
  /** Of every cluster's registrations that the API token may see. */
  readonly owners: Seen<readonly FingerprintOwner[]>
  /** Names of the nodes that Rancher knows for this cluster. */
  readonly rancherNodes: Seen<readonly string[]>
  /** What anybody sees at the address by which the worker asks Rancher. */
  readonly address: Seen<AddressView>
  /** The same at the setting server-url, which the agents are to use. */
  readonly serverUrlAddress: Seen<AddressView>
  /** The same at the address that the agents do use; null where that is one of the two above. */
  readonly agentsAddress: Seen<AddressView | null>
  readonly apiServer: Seen<ClusterIdentity>
  readonly agents: Seen<AgentsObserved>
  readonly looks: readonly Look[]
  /** By which of several ways Rancher was read; absent or null where there is one. */
  readonly reachedBy?: ReachedBy | null
}

export function answerIn<T>(seen: Seen<T>): T | null {
  return seen.ok ? seen.value : null
}

export function failureIn(seen: Seen<unknown>): Failure | null {
  return seen.ok ? null : seen.failure
}
