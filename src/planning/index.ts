export { buildPlan } from './build-plan.ts'
