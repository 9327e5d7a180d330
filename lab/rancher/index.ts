export type {
  ClusterChange,
  ClusterCondition,
  LabRancher,
  LabRancherOptions,
  NewCluster,
  ServerLogLine,
} from './contract.ts'
export { type Front, startFront } from './front/index.ts'
export { startRancher } from './start-rancher.ts'
