export type { KeptObjects, LocalCluster } from './contract.ts'
export { keptByRancher } from './kept-by-rancher.ts'
export { dockerCommand, sshCommand } from './programs/commands.ts'
export { startLocalCluster } from './start-local-cluster.ts'
