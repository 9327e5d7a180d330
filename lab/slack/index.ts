export { checkView, refuseBlocks } from './block-kit/index.ts'
export { cardText } from './card-text.ts'
export type {
  LabMessage,
  LabModal,
  LabSlack,
  LabSlackOptions,
} from './contract.ts'
export { startSlack } from './start-slack.ts'
