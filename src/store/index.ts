export {
  addressIn,
  connectPatiently,
  connectPromptly,
  type RedisAddress,
  requireFit,
  untilConnected,
} from './connect.ts'
export { followRun } from './follow-run.ts'
export { inspectRedis, type RedisFacts } from './inspect.ts'
export { createLeaseStore, type Lease, type LeaseStore } from './lease-store.ts'
export {
  findRedisServer,
  type PrivateRedis,
  runningSocket,
  startPrivateRedis,
} from './private-redis.ts'
export {
  createRunStore,
  KEY_PREFIX,
  type RunStore,
} from './run-store.ts'
export { loadScripts } from './scripts.ts'
