export type { LabAgent, LabCluster, LabClusterOptions } from './contract.ts'
export { startCluster } from './start-cluster.ts'
