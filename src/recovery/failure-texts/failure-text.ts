/** Concrete values that a failure's texts mention. Strings only, never a secret. */
export type FailureFacts = Readonly<Record<string, string>>

/** What is said about a failure, to whom. */
export interface FailureText {
  /** What happened, for the person who sees it in the channel or at the terminal. */
  readonly says: (facts: FailureFacts) => string
  /** What that person should do now. */
  readonly nextStep: (facts: FailureFacts) => string
  /** What else whoever runs Reagent should know. Markdown; stands in `docs/troubleshooting.md` only. */
  readonly operator?: string
}
