export { createOperations, type Operations, type Requested } from './operations.ts'
