import { dump } from 'js-yaml'
import { type ClusterRight, clusterRights, features } from './cluster-rights.ts'
import { rancherRights } from './rancher-rights.ts'

const RBAC = 'rbac.authorization.k8s.io'
const NAME = 'reagent'

/** One rule as RBAC writes it, and what it is for. */
interface Rule {
  readonly reason: string
  readonly rule: Readonly<Record<string, readonly string[]>>
}

/** What the roles are made for. */
export interface RoleOptions {
  /** Also rights to install the agents where everything of them is gone: as good as cluster-admin, and said so. */
  readonly install: boolean
}

/**
 * YAML for `kubectl apply`: a service account in a namespace of its own, and roles with one rule a right, each with its reason.
 *
 * Without `install`, the rights on the agents' objects are a Role in cattle-system. With it they are cluster-wide: a Role goes with
 * its namespace, and then nobody could create what is gone.
 *
 * @param rights what to allow; default all that is needed
 */
export function clusterRoleManifests(
  { install }: RoleOptions,
  rights: readonly ClusterRight[] = clusterRights,
): string {
  const wanted = rights.filter(({ feature }) => install || feature !== 'install')
  const isWide = ({ namespace }: ClusterRight) => install || namespace === undefined
  const namespaces = [
    ...new Set(wanted.filter((right) => !isWide(right)).map(({ namespace }) => namespace ?? '')),
  ]
  return [
    install ? INSTALL_WARNING : REPAIR_ONLY,
    document({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAME } }),
    document({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: NAME, namespace: NAME },
    }),
    role('ClusterRole', null, wanted.filter(isWide).map(ruleOf)),
    binding('ClusterRoleBinding', null, 'ClusterRole'),
    ...namespaces.flatMap((namespace) => [
      role(
        'Role',
        namespace,
        wanted.filter((right) => !isWide(right) && right.namespace === namespace).map(ruleOf),
      ),
      binding('RoleBinding', namespace, 'Role'),
    ]),
  ].join('---\n')
}

/** YAML of a role template for Rancher's own cluster; it is given to the token's user as a member of each cluster. */
export function rancherRoleManifest(): string {
  const rules = rancherRights.map(({ verb, resource, why }) => ({
    reason: why,
    rule: { apiGroups: ['management.cattle.io'], resources: [resource], verbs: [verb] },
  }))
  const head = {
    apiVersion: 'management.cattle.io/v3',
    kind: 'RoleTemplate',
    metadata: { name: NAME },
  }
  return [
    RANCHER_USE,
    `${dump({ ...head, context: 'cluster', displayName: 'Reagent' })}${rulesText(rules)}`,
  ].join('---\n')
}

const REPAIR_ONLY = `# What the credential of a cluster needs, so that Reagent can bring its agents back while their namespace and their role are
# still there. With --install also where everything of them is gone.
`

const INSTALL_WARNING = `# What the credential of a cluster needs, so that Reagent can bring its agents back, also where everything of them is gone.
# Whoever may give the agents their role can become an administrator of the cluster: keep this credential like one of those.
`

const RANCHER_USE = `# A role for the user of RANCHER_TOKEN. Apply it on the cluster that Rancher runs on, give the user the global role User-Base,
# and make the user a member of each cluster with this role. The built-in role Cluster Owner has all of it too.
# Reading a registration token is being allowed to join agents and nodes to the cluster.
`

function ruleOf(right: ClusterRight): Rule {
  const { group, resource, subresource, verb, names } = right
  return {
    reason: `${right.why} (${features[right.feature]})`,
    rule: {
      apiGroups: [group],
      resources: [subresource ? `${resource}/${subresource}` : resource],
      ...(names && { resourceNames: names }),
      verbs: [verb],
    },
  }
}

function role(kind: string, namespace: string | null, rules: readonly Rule[]): string {
  return `${dump({ apiVersion: `${RBAC}/v1`, kind, metadata: metadataIn(namespace) })}${rulesText(rules)}`
}

function rulesText(rules: readonly Rule[]): string {
  const each = rules.map(
    ({ reason, rule }) => `  # to ${reason}\n${indented(dump([rule], { flowLevel: 2 }))}`,
  )
  return `rules:\n${each.join('')}`
}

function binding(kind: string, namespace: string | null, roleKind: string): string {
  return document({
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: metadataIn(namespace),
    roleRef: { apiGroup: RBAC, kind: roleKind, name: NAME },
    subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAME }],
  })
}

function metadataIn(namespace: string | null) {
  return { name: NAME, ...(namespace !== null && { namespace }) }
}

function document(object: object): string {
  return dump(object)
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}
