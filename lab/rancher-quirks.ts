// What differs between Rancher's versions, as the lab plays it. The lab keeps this table for itself, so that the product's own is
// measured against something. Lines get patches in parallel: a row names the first patch of every line that has it, oldest first;
// later lines have it too, earlier ones not. `before` names where it ends.

interface Row {
  readonly since: string
  readonly before?: string
}

const TABLE = {
  // The API (pkg/multiclustermanager/routes.go, pkg/auth/requests/filter.go, pkg/settings/setting.go of each line).
  importPathWithClusterId: { since: '2.5.6' },
  importChecksToken: { since: '2.11.16 2.12.12 2.13.8 2.14.4' },
  manifestUrlFromServerUrl: { since: '2.6.0' },
  caCertsPath: { since: '2.6.0' },
  rancherVersionPath: { since: '2.7.0' },
  wrappedUnauthorized: { since: '2.6.0' },
  agentTlsMode: { since: '2.7.16 2.8.6' },
  strictTlsByDefault: { since: '2.9.0' },
  answersOfTwelve: { since: '2.6.0' },
  /** `dynamiclistener-ca@<seconds>` in the recording of 2.12.0, `cattle-ca` in that of 2.1.5. */
  namesAuthorityByTime: { since: '2.6.0' },
  defaultRegistration: { since: '2.6.0' },
  longClusterIds: { since: '2.6.0' },
  // Fields of clusters.
  provider: { since: '2.3.0' },
  agentFeatures: { since: '2.4.0' },
  agentEnvVars: { since: '2.5.6' },
  forceDeploy: { since: '2.2.10 2.3.2' },
  connectedCondition: { since: '2.6.0' },
  connectedDrivesReady: { since: '2.6.3' },
  // The manifest (pkg/systemtemplate of each line).
  proxyClusterRole: { since: '2.1.12 2.2.7' },
  rbacV1: { since: '2.5.6' },
  appsV1: { since: '2.3.0' },
  secretHasNamespace: { since: '2.4.0' },
  secretNameOverUrl: { since: '2.4.0' },
  secretNameBySha256: { since: '2.9.9 2.10.5 2.11.1' },
  restrictedSecretMount: { since: '2.3.0' },
  nodeAgent: { since: '2.1.0', before: '2.12.0' },
  nodeAgentOnRkeOnly: { since: '2.5.0' },
  /** The import handler passes no cluster, so it does not know which are RKE's. */
  importForgetsCluster: { since: '2.5.0', before: '2.5.6' },
  service: { since: '2.6.0' },
  privateRegistry: { since: '2.3.4' },
  priorityClass: { since: '2.11.0' },
  featuresVariable: { since: '2.4.0' },
  emptyFeaturesVariable: { since: '2.4.0', before: '2.6.0' },
  isRkeVariable: { since: '2.5.0', before: '2.12.0' },
  agentSettingVariables: { since: '2.5.6' },
  clusterRegistryVariable: { since: '2.5.8 2.6.1', before: '2.15.0' },
  systemDefaultRegistryVariable: { since: '2.15.0' },
  credentialNameVariable: { since: '2.9.9 2.10.5 2.11.1' },
  systemUpgradeControllerVariable: { since: '2.12.0' },
  strictVerifyVariable: { since: '2.8.6' },
  toleratesEverything: { since: '2.2.5', before: '2.5.4' },
  tolerationsFromTaints: { since: '2.5.4' },
  toleratesMaster: { since: '2.5.4', before: '2.12.0' },
  scaleAvailable: { since: '2.6.0' },
  preferredNodes: { since: '2.6.0' },
  readinessProbe: { since: '2.5.0', before: '2.6.0' },
  surgingUpdate: { since: '2.5.10' },
  fleetAgent: { since: '2.5.0' },
  // The tunnel and what the server prints (rancher/remotedialer).
  refusalHasStatus: { since: '2.5.0' },
  logsRefusedTunnels: { since: '2.6.0' },
  /** Which line between 2.1.5 and 2.12.0 began to write `time="…"` is not known. */
  serverLogsAsText: { since: '2.12.0' },
  // What the agent prints and does (package/run.sh, cmd/agent/main.go of each line).
  printsAddressesOfServer: { since: '2.2.0' },
  namesMissingCaCerts: { since: '2.2.0' },
  printsDialerResponse: { since: '2.3.0' },
  printsCertificateDetails: { since: '2.3.2' },
  printsHalfToken: { since: '2.6.0' },
  secondSession: { since: '2.6.0' },
  /** Go 1.20: `tls: failed to verify certificate: x509: …`. */
  namesVerification: { since: '2.8.0' },
  testsStrictly: { since: '2.8.6' },
  cleansCredentials: { since: '2.9.9 2.10.5 2.11.1' },
} as const satisfies Record<string, Row>

export type Quirk = keyof typeof TABLE

/** One version of Rancher, or of its agent, and which of the differences it has. */
export interface Quirks {
  /** Such as `2.12.0`. */
  readonly version: string
  has(quirk: Quirk): boolean
}

/** The version in a text such as `2.12.0` or `v2.12.0`; one that names none has nothing of the table, as the oldest. */
export function quirksOf(text: string): Quirks {
  const numbers = numbersIn(text) ?? [2, 1, 0]
  return {
    version: numbers.join('.'),
    has(quirk) {
      const row: Row = TABLE[quirk]
      return isSince(numbers, row.since) && !(row.before && isSince(numbers, row.before))
    },
  }
}

type Numbers = readonly [major: number, minor: number, patch: number]

function isSince(version: Numbers, since: string): boolean {
  const firsts = since.split(' ').map((text) => numbersIn(text) ?? [0, 0, 0])
  const ofOwnLine = firsts.find(([major, minor]) => major === version[0] && minor === version[1])
  const first = ofOwnLine ?? firsts.at(-1)
  return first !== undefined && compare(version, first) >= 0
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, number] of one.entries()) {
    if (number !== other[index]) return number - (other[index] ?? 0)
  }
  return 0
}

function numbersIn(text: string): Numbers | null {
  const [, major, minor, patch] = /(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []
  return major && minor && patch ? [Number(major), Number(minor), Number(patch)] : null
}
