export { configurationProblems } from './check-configuration.ts'
export { checkEverything } from './check-everything.ts'
export {
  accessOf,
  type ClusterRight,
  clusterRights,
  features,
  nameOfRight,
} from './cluster-rights.ts'
export type { CheckLine, CheckParts } from './contract.ts'
export { rancherRights } from './rancher-rights.ts'
export { clusterRoleManifests, rancherRoleManifest } from './role-manifests.ts'
