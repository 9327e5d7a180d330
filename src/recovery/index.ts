export { canonicalJson } from './canonical-json.ts'
export type { Cause, CauseId, Diagnosis, Look } from './diagnosis.ts'
export { asFailure, Failure, type FailureRecord, recordOf } from './failure.ts'
export type { FailureCode, FailureFacts } from './failure-texts.ts'
export {
  digestOf,
  type FieldChange,
  nameOf,
  type ObjectRef,
  type Plan,
  type PlanEffects,
  type PlannedObject,
  shortDigest,
  writesOf,
} from './plan.ts'
