export { cardText, type Readable } from './card-text.ts'
export type {
  Answer,
  Attachment,
  Block,
  Change,
  ChangeType,
  ChannelSeed,
  CommandAnswer,
  LabMessage,
  LabModal,
  LabPerson,
  LabSlack,
  LabSlackOptions,
  PersonSeed,
  Press,
  RawRequest,
  Said,
  SentRequest,
  SubmitAnswer,
  UserGroupSeed,
} from './contract.ts'
export { startSlack } from './start-slack.ts'
