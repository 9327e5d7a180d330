export type {
  Distribution,
  LabAgent,
  LabCluster,
  LabClusterOptions,
  LabNodeOptions,
} from './contract.ts'
export { startCluster } from './start-cluster.ts'
