export { type ChangeRun, createChangeRun, type Wish } from './change-run.ts'
export { createOperations, type Explained, type Operations, type Requested } from './operations.ts'
