export type { World, WorldOptions } from './contract.ts'
export { startReagentProcess } from './reagent-process.ts'
export { CLUSTER_NAME, startWorld } from './start-world.ts'
export { until } from './until.ts'
