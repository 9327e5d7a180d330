export { caChecksumOf } from './ca-checksum.ts'
export type * from './contract.ts'
export { createRancher } from './create-rancher.ts'
export { generateKubeconfig } from './generate-kubeconfig.ts'
export {
  credentialsSecretNameOf,
  has,
  type RancherVersion,
  rancherVersionOf,
  SUPPORTED_VERSIONS,
} from './version-differences.ts'
