export { type AgentsExpected, agentsExpected } from './agents-expected.ts'
export { FORCE_DEPLOY } from './ask-for-push.ts'
export { createRancherByWays, type RancherWay } from './by-ways.ts'
export { caChecksumOf } from './ca-checksum.ts'
export type * from './contract.ts'
export { createRancher } from './create-rancher.ts'
export { generateKubeconfig } from './generate-kubeconfig.ts'
export { judgeChain } from './judge-chain.ts'
export { createCommandApi } from './local/command-api.ts'
export { createLocalRancher } from './local/create-local-rancher.ts'
export { createKubeconfigApi } from './local/kubeconfig-api.ts'
export {
  credentialsSecretNameOf,
  has,
  isAmong,
  NEWEST_KNOWN,
  type RancherFeature,
  type RancherVersion,
  rancherVersionOf,
  SUPPORTED_VERSIONS,
  type VersionRange,
} from './version-differences.ts'
