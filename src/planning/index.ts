export { agentManifest } from './agent-manifest.ts'
export { buildPlan } from './build-plan.ts'
