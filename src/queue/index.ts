export { type Attempt, type Consumer, type ConsumerOptions, startConsumer } from './consumer.ts'
export {
  type Answer,
  type Asked,
  again,
  type ChatJobs,
  type ClusterLine,
  done,
  type Handlers,
  type JobOutcome,
  type Question,
  type WorkJobs,
} from './contract.ts'
export { CHAT_QUEUE, createProducer, type Producer, WORK_QUEUE } from './producer.ts'
