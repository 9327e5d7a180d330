export { highestFence } from './annotations.ts'
export { isKubernetesObject } from './answer.ts'
export type * from './contract.ts'
export type {
  ClusterRecord,
  CredentialSource,
  RancherSide,
  ReadLocal,
} from './credentials/contract.ts'
export { keptPlaces } from './credentials/kept-by-rancher.ts'
export { openProved } from './credentials/open-proved.ts'
export { reasonsIn } from './credentials/reasons.ts'
export { fingerprintOf } from './fingerprint.ts'
export { isRecord, type JsonRecord, numberAt, recordAt, recordsAt, textAt } from './json.ts'
export { type ClusterApi, openApi } from './open-api.ts'
export { openCluster } from './open-cluster.ts'
export { isOwnField } from './own-fields.ts'
