export type {
  ClusterChange,
  LabRancher,
  LabRancherOptions,
} from './contract.ts'
export { startRancher } from './start-rancher.ts'
