export type {
  ClusterConfig,
  Config,
  RancherConfig,
  Role,
  SlackConfig,
  SlackConnection,
} from './contract.ts'
export { readConfig } from './read-config.ts'
export { ownSigningKey } from './signing-key.ts'
