export type {
  ClusterConfig,
  Config,
  RancherConfig,
  Role,
  SlackConfig,
} from './contract.ts'
export { problemWith } from './file-schema.ts'
export { readConfig, roleOf } from './read-config.ts'
export { ownSigningKey, signingKeyFile } from './signing-key.ts'
