import { keyOf, type Person } from './person.ts'
import type { Run } from './run.ts'

/** Who may do what. Default: nobody. Entries are `team/user` keys (see `keyOf`). */
export interface Policy {
  readonly request: ReadonlySet<string>
  readonly approve: ReadonlySet<string>
  /** May approve what they asked for themselves; meant for one person at a terminal at night. */
  readonly approveAlone: ReadonlySet<string>
}

/** The right that a person lacks, or null when they have it. The code is that of the failure to answer with. */
export type Refusal =
  | 'policy.may-not-request'
  | 'policy.may-not-approve'
  | 'policy.requester-may-not-approve'
  | 'policy.may-not-cancel'

export type Right = 'request' | 'approve' | 'reject' | 'cancel'

/**
 * The one place that says who may do what, for slash commands, buttons, modals and the command line alike.
 * `run` is null for a request. Reading (clusters, status, runs, help) needs the right to request or to approve.
 */
export function refusalFor(
  policy: Policy,
  right: Right,
  person: Person,
  run: Run | null,
): Refusal | null {
  const key = keyOf(person)
  const isRequester = run !== null && keyOf(run.requestedBy) === key
  const mayRequest = policy.request.has(key) || policy.approveAlone.has(key)
  const mayApprove = policy.approve.has(key) || policy.approveAlone.has(key)
  switch (right) {
    case 'request':
      return mayRequest || mayApprove ? null : 'policy.may-not-request'
    case 'approve':
      if (!mayApprove) return 'policy.may-not-approve'
      if (isRequester && !policy.approveAlone.has(key)) return 'policy.requester-may-not-approve'
      return null
    case 'reject':
      return mayApprove || (isRequester && mayRequest) ? null : 'policy.may-not-approve'
    case 'cancel':
      return mayApprove || (isRequester && mayRequest) ? null : 'policy.may-not-cancel'
  }
}

/** Everybody who may ask for a recovery, as keys, in the order of the configuration. */
export function requestersOf(policy: Policy): readonly string[] {
  return [...new Set([...policy.request, ...policy.approve, ...policy.approveAlone])]
}

/** The people who could approve this run, as keys, in the order of the configuration. */
export function approversOf(policy: Policy, run: Run): readonly string[] {
  const requester = keyOf(run.requestedBy)
  return [
    ...[...policy.approve].filter((key) => key !== requester || policy.approveAlone.has(key)),
    ...[...policy.approveAlone].filter((key) => !policy.approve.has(key)),
  ]
}
