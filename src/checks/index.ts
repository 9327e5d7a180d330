export { configurationProblems } from './check-configuration.ts'
export { checkEverything } from './check-everything.ts'
export type { CheckLine, CheckParts } from './contract.ts'
