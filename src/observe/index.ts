export { type Log, type LogFields, openLog } from './log.ts'
export { Secret } from './secret.ts'
