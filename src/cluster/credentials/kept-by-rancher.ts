// What Rancher keeps about a downstream cluster in its own cluster, and where. Every place is looked at whatever the version is,
// because a Rancher that was upgraded may still have what an older one wrote.

/** A place where Rancher keeps credentials of a downstream cluster. */
export interface KeptPlace {
  readonly what: string
  /** Of Rancher. */
  readonly versions: string
  readonly kinds: string
  /** Null: Reagent reads it. Otherwise why it cannot be used for a cluster that is lost. */
  readonly unusable: string | null
}

export const keptPlaces = [
  {
    // pkg/controllers/management/clusterprovisioner/store.go, pkg/encryptedstore@v2.1.5
    what: 'Secret c-CLUSTER in cattle-system',
    versions: '2.0 to 2.11',
    kinds: 'built by RKE, and hosted ones that Rancher created before 2.6',
    unusable: null,
  },
  {
    // pkg/apis/management.cattle.io/v3/cluster_types.go; fixture local-clusters.management.cattle.io.json
    what: 'status.serviceAccountToken of the Cluster',
    versions: '2.0 to 2.5.15, 2.6.0 to 2.6.6',
    kinds: 'all that have ever been connected',
    unusable: null,
  },
  {
    what: 'Secret in cattle-global-data that status.serviceAccountTokenSecret names',
    versions: '2.5.16 and later in 2.5, 2.6.7 and later',
    kinds: 'all that have ever been connected',
    unusable: null,
  },
  {
    what: 'full-cluster-state in kube-system',
    versions: '2.2 to 2.11',
    kinds: 'built by RKE',
    unusable: 'it lives in the downstream cluster itself',
  },
  {
    what: 'Secret NAME-kubeconfig in fleet-default',
    versions: '2.6 and later',
    kinds: 'built by Rancher as RKE2 or K3s',
    unusable: 'it leads through Rancher’s proxy',
  },
] as const satisfies readonly KeptPlace[]

/** Path of the Secret with the state of a cluster that Rancher built: the id begins with `c-` and gets another. */
export function statePath(clusterId: string): string {
  return `/api/v1/namespaces/cattle-system/secrets/c-${clusterId}`
}

export function clusterPath(clusterId: string): string {
  return `/apis/management.cattle.io/v3/clusters/${clusterId}`
}

export function serviceAccountSecretPath(name: string): string {
  return `/api/v1/namespaces/cattle-global-data/secrets/${encodeURIComponent(name)}`
}

/** Where Rancher lists the nodes of a cluster. */
export function nodesPath(clusterId: string): string {
  return `/apis/management.cattle.io/v3/namespaces/${clusterId}/nodes`
}
