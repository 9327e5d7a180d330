export { canonicalJson } from './canonical-json.ts'
export { coverageOf } from './covers.ts'
export { decide, type RunCommand } from './decide.ts'
export type { Cause, CauseId, Diagnosis, Evidence, EvidenceSource, Look } from './diagnosis.ts'
export { entryChanges } from './entry-changes.ts'
export { evolve, replay } from './evolve.ts'
export { asFailure, Failure, type FailureRecord } from './failure.ts'
export { type FailureCode, type FailureFacts, failureSubjects } from './failure-texts/index.ts'
export { type NextStep, nextStepOf } from './next-step.ts'
export { type Conversation, keyOf, type Person } from './person.ts'
export {
  digestOf,
  type FieldChange,
  nameOf,
  nameOfStep,
  type ObjectRef,
  type Plan,
  type PlanEffects,
  type PlannedObject,
  type RancherStep,
  shortDigest,
  stepsOf,
  writeNamesOf,
  writesOf,
} from './plan.ts'
export { approversOf, type Policy, type Right, refusalFor, requestersOf } from './policy.ts'
export {
  diagnosisOf,
  FINAL_STATES,
  isOver,
  type Moment,
  OPEN_STATES,
  planOf,
  type Run,
  type RunState,
  type RunStateKind,
} from './run.ts'
export type { Goal, Proof, RunEvent, Sighting } from './run-event.ts'
export {
  isSignedBy,
  type SignedApproval,
  signApproval,
  verifyKeyOf,
} from './signed-approval.ts'
export { wavesOf } from './waves.ts'
