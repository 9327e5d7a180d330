export type {
  ClusterConfig,
  Config,
  RancherConfig,
  RancherWayConfig,
  Role,
  SlackConfig,
} from './contract.ts'
export { type Use, type Variable, variables } from './environment.ts'
export { fileSchema, problemWith } from './file-schema.ts'
export { readConfig, roleOf } from './read-config.ts'
export { newKeyPair, ownSigningKey, signingKeyFile } from './signing-key.ts'
