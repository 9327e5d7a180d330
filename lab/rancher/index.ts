export type {
  ClusterChange,
  ClusterCondition,
  LabRancher,
  LabRancherOptions,
  ServerLogLine,
} from './contract.ts'
export { startRancher } from './start-rancher.ts'
