export { expectedWorkloads, missingAgents } from './agents-recovered.ts'
export { diagnose } from './diagnose.ts'
export {
  type Explanation,
  explain,
  findOwners,
  type LineExplanation,
  lineMeanings,
  type Owner,
  type Owners,
  type Traces,
} from './explain/index.ts'
export { findCauses } from './find-causes.ts'
export { findNotes } from './find-notes.ts'
export { agentMarks, changesBetween } from './holding.ts'
export { knownIssues, seenIssues } from './known-issues/index.ts'
export type { DiagnosisRequest, Observations, Seen } from './observations.ts'
export { observe } from './observe.ts'
export { conditionTimes, rancherRecovered, type SinceApply } from './rancher-recovered.ts'
export { isConnected } from './rancher-says.ts'
export { judgeSupport, type SupportVerdict } from './support/index.ts'
