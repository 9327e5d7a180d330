/** One verb that the user of Rancher's API token needs on one cluster. */
export interface RancherRight {
  readonly verb: string
  readonly resource: string
  /** Completes “Reagent uses it to …”. */
  readonly why: string
}

/**
 * What a role on a cluster must allow. Cluster Owner has all of it, Cluster Member lacks the registration tokens. Settings come with
 * the global role User-Base (tried on 2.12.0 with a user who had only that and Cluster Owner on one cluster).
 */
export const rancherRights: readonly RancherRight[] = [
  { verb: 'get', resource: 'clusters', why: 'read what Rancher says of the cluster' },
  {
    verb: 'update',
    resource: 'clusters',
    why: 'ask Rancher to push its own agents, where it does not say which features they need (2.6 and later)',
  },
  {
    verb: 'get',
    resource: 'clusterregistrationtokens',
    why: 'read the token that agents register with',
  },
  {
    verb: 'list',
    resource: 'clusterregistrationtokens',
    why: 'see whether the agents’ token is still registered',
  },
  {
    verb: 'create',
    resource: 'clusterregistrationtokens',
    why: 'get a token where the cluster has none for people to use',
  },
]
