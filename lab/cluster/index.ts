export type { LabAgent, LabCluster, LabClusterOptions, LabNodeOptions } from './contract.ts'
export { startCluster } from './start-cluster.ts'
