import { createHash } from 'node:crypto'

// Where Rancher's versions differ. Everything else holds for all of them. Lines get patches in parallel, so each "since" names the
// first patch of every line that has it, oldest line first (https://github.com/rancher/rancher, tags v2.1.0 to v2.15.0).

/** `2.9.9 2.10.5 2.11.1`: from 2.9.9, 2.10.5 and 2.11.1 on in these lines, in every later line, in none before. */
type Since = string

const FEATURES = {
  /** `/v3/import/<token>_<cluster id>.yaml`; the bare form is not routed any more (pkg/multiclustermanager/routes.go). */
  importPathWithClusterId: '2.5.6',
  /** The manifest's server is the setting server-url; before, the host that the request was sent to. */
  manifestFromServerUrl: '2.6.0',
  /** `apps/v1` in the manifest; before, `extensions/v1beta1`. */
  appsV1: '2.3.0',
  /** `rbac.authorization.k8s.io/v1` of the admin binding; before, `v1beta1`. */
  rbacV1: '2.5.6',
  /** The credentials secret is named by a hash over url, token and namespace; before, over the token alone. */
  secretNameOverUrl: '2.4.0',
  /** That hash is the first ten digits of a SHA-256; before, the first seven of an MD5. */
  secretNameBySha256: '2.9.9 2.10.5 2.11.1',
  /** The node agent only where Rancher built the cluster with RKE; before, on every cluster. */
  nodeAgentOnRkeOnly: '2.5.0',
  noNodeAgent: '2.12.0',
  fleetAgent: '2.5.0',
  /** A refused tunnel carries its status; before, 200 (rancher/remotedialer, 2020-08-08). */
  refusedTunnelHasStatus: '2.5.0',
  /** Condition `Connected`, which needs the agent's second session and so `CATTLE_FEATURES`. */
  connectedCondition: '2.6.0',
  /** The condition Ready follows Connected; before, Rancher may find a hosted cluster ready without its agents. */
  readyFollowsConnected: '2.6.3',
  /** Proxy role and binding for the API server (reference: manifest objects). */
  proxyRoleInManifest: '2.1.12 2.2.7 2.3.0',
  privateRegistryInManifest: '2.3.4',
  windowsNodeAgentInManifest: '2.3.0',
  apiAuthInManifest: '2.2.0',
  serviceInManifest: '2.6.0',
  disruptionBudgetInManifest: '2.11.0',
  /** `agentFeatures` of a cluster. */
  agentFeatures: '2.4.0',
  /** Annotation `io.cattle.agent.force.deploy` asks for a push of Rancher's own manifest. */
  forceDeploy: '2.2.10 2.3.2',
  strictVerify: '2.8.6',
  // What the manifest holds besides (pkg/systemtemplate/template.go and import.go of each line).
  kubeApiServerRole: '2.1.12 2.2.7',
  agentToleratesAll: '2.2.5',
  /** Only the taints of control planes, in place of all. */
  agentToleratesControlPlane: '2.5.4',
  isRkeVariable: '2.5.0',
  /** CATTLE_SERVER_VERSION, CATTLE_INSTALL_UUID, CATTLE_INGRESS_IP_DOMAIN, and those that somebody set for the cluster. */
  agentSettingsVariables: '2.5.6',
  clusterRegistryVariable: '2.5.8 2.6.1',
  agentSurge: '2.5.10',
  /** Service cattle-cluster-agent and the annotation by which Rancher scales its Deployment; CATTLE_FEATURES only where there are some. */
  agentService: '2.6.0',
  /** Affinity from a setting, and what people set for the Deployment in Rancher. */
  agentCustomization: '2.7.5',
  podDisruptionBudget: '2.11.0',
  rancherVersionEndpoint: '2.7.0',
  /** A wrong token gets no manifest; before, a perfectly shaped one. */
  importChecksToken: '2.11.16 2.12.12 2.13.8 2.14.4',
} as const satisfies Record<string, Since>

export type RancherFeature = keyof typeof FEATURES

/**
 * How well a version is known. `known`: 2.1 to 2.14. `newer`: taken for the newest known one. `unnamed`: a build that says no
 * version anywhere, likewise. `older`: nothing is known to work.
 */
export type Acquaintance = 'known' | 'newer' | 'unnamed' | 'older'

export interface RancherVersion {
  /** As Rancher says it, such as `v2.1.5` or `dev`. */
  readonly text: string
  readonly acquaintance: Acquaintance
  /** `2.1` of `v2.1.5`; null for one that is unnamed. */
  readonly line: string | null
  /** What it is taken for where versions differ. */
  readonly takenFor: Numbers
}

export const SUPPORTED_VERSIONS = 'Rancher 2.1 to 2.14'

const OLDEST_LINE = 1
const NEWEST_LINE = 14
/** The line that newer versions, and those that say none, are taken for. */
export const NEWEST_KNOWN = `2.${NEWEST_LINE}`
const NEWEST: Numbers = [2, NEWEST_LINE, 4]

type Numbers = readonly [major: number, minor: number, patch: number]

/** The version that one of these texts names; the first that names one counts (`v2.1.5`, an image's tag, `dev`). */
export function rancherVersionOf(...texts: readonly [string, ...string[]]): RancherVersion {
  const found = texts.map((text) => ({ text, numbers: numbersIn(text) })).find((it) => it.numbers)
  if (!found?.numbers) {
    return {
      text: texts[0],
      acquaintance: 'unnamed',
      line: null,
      takenFor: NEWEST,
    }
  }
  const [major, minor] = found.numbers
  const isNewer = major > 2 || (major === 2 && minor > NEWEST_LINE)
  const isOlder = major < 2 || (major === 2 && minor < OLDEST_LINE)
  return {
    text: `v${found.numbers.join('.')}`,
    acquaintance: isNewer ? 'newer' : isOlder ? 'older' : 'known',
    line: `${major}.${minor}`,
    takenFor: isNewer ? NEWEST : found.numbers,
  }
}

/** Whether this version is at or past that row of the table. */
export function has(version: RancherVersion, feature: RancherFeature): boolean {
  return isSince(version.takenFor, FEATURES[feature])
}

/**
 * Versions from one to another, both included: `2.6.1..2.6.6`, `2.9.9` alone, a whole line as `2.4`, lines as `2.1..2.2`, and `2.9.3..`
 * for all from there on.
 */
export type VersionRange = string

/** Whether a version is in one of the ranges, by the version itself also where it is newer than what is known; never for one that is unnamed. */
export function isAmong(version: RancherVersion, ranges: readonly VersionRange[]): boolean {
  const numbers = version.acquaintance === 'unnamed' ? null : numbersIn(version.text)
  return numbers !== null && ranges.some((range) => isWithin(numbers, range))
}

function isWithin(version: Numbers, range: VersionRange): boolean {
  const [from = '', to = from] = range.split('..')
  return compare(version, edge(from, 0)) >= 0 && compare(version, edge(to, Infinity)) <= 0
}

/** `2.4` is `2.4.0` at the lower edge of a range and the last of its line at the upper one; `''` is no edge at all. */
function edge(text: string, open: number): Numbers {
  const [major = open, minor = open, patch = open] = text === '' ? [] : text.split('.').map(Number)
  return [major, minor, patch]
}

/** Path of the manifest that people apply; of a version that is unnamed, also the one to try after it. */
export function importPathsOf(
  version: RancherVersion,
  token: string,
  clusterId: string,
): readonly [path: string, olderPath?: string] {
  const withId = `/v3/import/${token}_${clusterId}.yaml`
  const bare = `/v3/import/${token}.yaml`
  if (version.acquaintance === 'unnamed') return [withId, bare]
  return [has(version, 'importPathWithClusterId') ? withId : bare]
}

/**
 * Name of the credentials secret in a manifest (pkg/systemtemplate/import.go of each line).
 *
 * @param namespace the cluster's id in manifests that Rancher pushes itself, `''` in those that people apply
 */
export function credentialsSecretNameOf(
  version: RancherVersion,
  {
    url,
    token,
    namespace,
  }: { readonly url: string; readonly token: string; readonly namespace: string },
): string {
  const hash = has(version, 'secretNameBySha256')
    ? hexOf('sha256', `${url}.${token}.${namespace}`).slice(0, 10)
    : hexOf('md5', has(version, 'secretNameOverUrl') ? `${url}${token}${namespace}` : token).slice(
        0,
        7,
      )
  return `cattle-credentials-${hash}`
}

/** Compared within the version's own line where the row names it; otherwise by whether the line is younger than the last one named. */
function isSince(version: Numbers, since: Since): boolean {
  const firsts = since
    .split(' ')
    .map(numbersIn)
    .filter((numbers) => numbers !== null)
  const own = firsts.find(([major, minor]) => major === version[0] && minor === version[1])
  if (own) return compare(version, own) >= 0
  const last = firsts.at(-1)
  return last !== undefined && compare(version, last) >= 0
}

function numbersIn(text: string): Numbers | null {
  const [, major, minor, patch] = /(?:^|:)v?(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []
  return major && minor && patch ? [Number(major), Number(minor), Number(patch)] : null
}

function compare(one: Numbers, other: Numbers): number {
  const at = one.findIndex((number, index) => number !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}

function hexOf(algorithm: 'md5' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex')
}
