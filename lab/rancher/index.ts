export type {
  ClusterChange,
  ClusterCondition,
  LabRancher,
  LabRancherOptions,
  NewCluster,
  ServerLogLine,
} from './contract.ts'
export { startRancher } from './start-rancher.ts'
