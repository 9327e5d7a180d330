export { type ChangeRun, createChangeRun, type Wish } from './change-run.ts'
export { createOperations, type Operations, type Requested } from './operations.ts'
