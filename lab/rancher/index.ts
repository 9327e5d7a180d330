export type { ClusterKind } from './cluster-kind.ts'
export type {
  ClusterChange,
  ClusterCondition,
  ClusterHands,
  KnownNode,
  LabRancher,
  LabRancherOptions,
  ServerLogLine,
} from './contract.ts'
export { startRancher } from './start-rancher.ts'
