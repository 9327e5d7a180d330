export {
  connectPatiently,
  connectPromptly,
  type RedisAddress,
  requireFit,
  untilConnected,
} from './connect.ts'
export { createLeaseStore, type Lease, type LeaseStore } from './lease-store.ts'
export { type PrivateRedis, runningSocket, startPrivateRedis } from './private-redis.ts'
export {
  type Created,
  createRunStore,
  type PostedCard,
  type RequestedEvent,
  type RunStore,
} from './run-store.ts'
export { loadScripts } from './scripts.ts'
