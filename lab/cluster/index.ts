export type { Distribution, LabAgent, LabCluster, LabClusterOptions } from './contract.ts'
export { startCluster } from './start-cluster.ts'
