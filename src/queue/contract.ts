import type { Owners, Traces } from '../diagnosis/index.ts'
import type { Conversation, Person } from '../recovery/index.ts'

/** Which run a job is about. */
export interface AboutRun {
  readonly run: string
  /** For the log only; a job that an older version queued does not say it. */
  readonly cluster?: string
}

/** Jobs that need Rancher or a cluster; run by workers. */
export interface WorkJobs {
  diagnose: AboutRun
  plan: AboutRun
  expire: AboutRun & { readonly digest: string }
  recheck: AboutRun & { readonly digest: string }
  apply: AboutRun
  verify: AboutRun
  /** Answers `clusters`, `status` and whose address stands in a log line, for one person. */
  look: { readonly question: Question; readonly asked: Asked }
  /** Finds runs whose next job got lost. */
  sweep: Readonly<Record<string, never>>
}

/** Jobs that need Slack; run by bots. */
export interface ChatJobs {
  /** Brings the card of a run up to date. */
  announce: AboutRun
  /** Tells one person something that only they see. */
  answer: { readonly answer: Answer; readonly asked: Asked }
  /** Finds cards that are behind their run. */
  'catch-up': Readonly<Record<string, never>>
}

export type Question =
  | { readonly about: 'clusters' }
  | { readonly about: 'cluster'; readonly cluster: string }
  | { readonly about: 'owners'; readonly traces: Traces }

export interface Asked {
  readonly by: Person
  readonly conversation: Conversation
}

/** One cluster as Rancher sees it, for lists. */
export interface ClusterLine {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly message: string
  readonly since: string | null
  readonly openRun: string | null
}

export type Answer =
  | { readonly kind: 'clusters'; readonly clusters: readonly ClusterLine[] }
  | { readonly kind: 'owners'; readonly found: Owners }
  | { readonly kind: 'failure'; readonly message: string; readonly nextStep: string }

/** What a job handler is given besides its data. */
export interface JobContext {
  /** Aborts when the process is asked to stop. */
  readonly signal: AbortSignal
}

/** One handler a job name. A handler may be run twice for the same job: it reads first, then does what is missing. */
export type Handlers<Jobs> = {
  readonly [Name in keyof Jobs]: (data: Jobs[Name], context: JobContext) => Promise<JobOutcome>
}

/** `again` runs the same job once more after a while, without holding a place in the meantime. */
export type JobOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly afterMs: number }

export const done: JobOutcome = { kind: 'done' }

export function again(afterMs: number): JobOutcome {
  return { kind: 'again', afterMs }
}
