export type {
  ClusterConfig,
  Config,
  RancherConfig,
  SlackConfig,
} from './contract.ts'
export { readConfig } from './read-config.ts'
export { newKeyPair, ownSigningKey } from './signing-key.ts'
