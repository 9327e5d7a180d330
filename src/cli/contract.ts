import type { CheckLine } from '../checks/index.ts'
import type { Operations } from '../operations/index.ts'
import type { Answer, Question } from '../queue/index.ts'
import type { Person, Run } from '../recovery/index.ts'

export type { CheckLine } from '../checks/index.ts'

/** Reagent as a terminal uses it: the same store, queue and jobs as Slack, with this process as one more worker. */
export interface Terminal {
  /** The account on this machine, as `local/ACCOUNT`. */
  readonly person: Person
  readonly operations: Operations
  /** The run now and after each change, until it is over or the signal aborts. */
  follow(runId: string, signal: AbortSignal): AsyncIterable<Run>
  /** Asks Rancher from this process. */
  ask(question: Question, signal: AbortSignal): Promise<Answer>
  /** The agent manifest that Rancher has for a cluster, checked like the one of a run. Holds a registration token. */
  manifest(cluster: string, signal: AbortSignal): Promise<string>
  /** A kubeconfig of a cluster from the first source that works, and which that is. Holds credentials. */
  kubeconfig(
    cluster: string,
    signal: AbortSignal,
  ): Promise<{ readonly text: string; readonly source: string }>
  close(): Promise<void>
}

/** What `reagent check` is asked: null for the role that the environment is for, and for all clusters. */
export interface CheckQuestion {
  readonly role: 'all' | 'bot' | 'worker' | null
  readonly cluster: string | null
}

/** Everything the command line needs from outside; `src/main.ts` provides it. */
export interface CliParts {
  readonly stdout: { write(text: string): void; readonly isTTY: boolean; readonly columns: number }
  readonly stderr: { write(text: string): void; readonly isTTY: boolean }
  /**
   * Asks one question on the terminal; null when there is none to ask on. Rejects with an `AbortError` when the person
   * presses ctrl-C in place of an answer.
   */
  readonly askPerson: ((question: string) => Promise<string>) | null
  /** Runs bot, worker or both until the process is asked to stop. */
  start(role: 'all' | 'bot' | 'worker'): Promise<void>
  openTerminal(): Promise<Terminal>
  /** Tests the configuration against the real services, a line each as it becomes known. */
  check(question: CheckQuestion, signal: AbortSignal): AsyncIterable<CheckLine>
  readonly clock: () => Date
  /** Aborts on ctrl-C. */
  readonly signal: AbortSignal
}
