export type {
  ClusterConfig,
  Config,
  RancherConfig,
  SlackConfig,
} from './contract.ts'
export { readConfig } from './read-config.ts'
export { ownSigningKey } from './signing-key.ts'
