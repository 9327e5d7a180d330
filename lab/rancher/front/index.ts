export { type Front, type FrontBehaviour, startFront } from './start-front.ts'
