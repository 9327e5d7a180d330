import type { JsonRecord } from '../json.ts'
import type { Kubeconfig } from '../kubeconfig.ts'

/** Where the credentials for a cluster may come from, as it is configured. Paths are absolute or of the working directory. */
export type CredentialSource =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'secret'
      readonly namespace: string
      readonly name: string
      /** Null: the first of `kubeconfig`, `value` and `config` that it has. */
      readonly key: string | null
      /** Leads to the cluster that holds the Secret; null: the one that the worker runs in. */
      readonly kubeconfig: string | null
    }
  | { readonly kind: 'rke-state'; readonly from: LocalClusterAccess }
  /** A kubeconfig that Rancher generated: from a file that was written before, or asked for now, which makes a token. */
  | { readonly kind: 'ace'; readonly path: string | null }
  | { readonly kind: 'rancher' }

/** How Rancher's own cluster is reached. */
export type LocalClusterAccess =
  | { readonly kind: 'kubeconfig'; readonly path: string }
  /** A `kubectl` with everything that stands before it; no shell. */
  | { readonly kind: 'command'; readonly command: readonly [string, ...string[]] }

/** `GET` on Rancher's own cluster: the object at a path such as `/api/v1/namespaces/…`, null when it is not there. */
export type ReadLocal = (path: string, signal: AbortSignal) => Promise<JsonRecord | null>

/** What Rancher says about the cluster that is meant. */
export interface ClusterRecord {
  readonly id: string
  readonly name: string
  readonly apiEndpoint: string | null
  readonly apiServerCaPem: string | null
}

/** What the sources and the proofs need of Rancher. */
export interface RancherSide {
  /** Without trailing slash. */
  readonly url: string
  readonly caPem: string | null
  /** The API token of this worker. */
  token(): string
  /** The kubeconfig of the action `generateKubeconfig`; makes a token in Rancher. */
  generateKubeconfig(clusterId: string, signal: AbortSignal): Promise<string>
  /** The tokens that Rancher accepts from agents of this cluster. */
  registrationTokens(clusterId: string, signal: AbortSignal): Promise<readonly string[]>
  /** Every cluster that the token may see; used to find two with one authority. */
  clusters(signal: AbortSignal): Promise<readonly ClusterRecord[]>
}

/** One way into a cluster, not tried yet. */
export interface Credential {
  /** For people, such as `secret ops/myk8s`. Holds no secret. */
  readonly label: string
  readonly kubeconfig: Kubeconfig
}

/** What a source is read with. */
export interface SourceContext {
  readonly cluster: string
  /** Fails where Rancher does not say it: then no source works that needs it. */
  record(): Promise<ClusterRecord>
  readonly rancher: RancherSide
  /** Given by whoever has a way to Rancher's own cluster already; null: as the source says. */
  readonly readLocal: ReadLocal | null
  readonly timeoutMs: number
}
