import type { Run } from './run.ts'

/** The job that carries a run on from where it stands. */
export type NextStep =
  | { readonly job: 'diagnose' | 'plan' | 'apply' | 'verify' }
  | { readonly job: 'expire'; readonly digest: string; readonly at: string }

/**
 * What has to be done next, null when the run is over. One answer for the normal course and for picking up after a crash,
 * so that both take the same way.
 */
export function nextStepOf(run: Run): NextStep | null {
  const { state } = run
  switch (state.kind) {
    case 'requested':
    case 'diagnosing':
      return { job: 'diagnose' }
    case 'diagnosed':
    case 'superseded':
      return { job: 'plan' }
    case 'planned':
      return { job: 'expire', digest: state.plan.digest, at: state.expiresAt }
    case 'approved':
    case 'applying':
    case 'unknown':
      return { job: 'apply' }
    case 'verifying':
      return { job: 'verify' }
    default:
      return null
  }
}
