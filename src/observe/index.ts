export { type Log, openLog } from './log.ts'
export { Secret } from './secret.ts'
