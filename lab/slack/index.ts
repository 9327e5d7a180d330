export { cardText } from './card-text.ts'
export type {
  Change,
  LabMessage,
  LabSlack,
  LabSlackOptions,
} from './contract.ts'
export { startSlack } from './start-slack.ts'
