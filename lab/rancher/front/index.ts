export { type Front, startFront } from './start-front.ts'
