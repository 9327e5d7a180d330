/** How something ended: `ok`, or a word from a fixed set for what went wrong, such as the code of a failure. */
export type CallOutcome = string

export interface CallDone {
  readonly call: string
  readonly outcome: CallOutcome
  readonly seconds: number
}

/**
 * What the parts of Reagent tell about what they do; metrics are made of it. Every word comes from a fixed set: never the name of a
 * cluster, the id of a run or a person, which would make a time series of each.
 */
export interface Meter {
  /** Something that a person did in Slack was acknowledged; `seconds` since it arrived. */
  request(request: {
    readonly kind: 'command' | 'click'
    readonly name: string
    readonly outcome: CallOutcome
    readonly seconds: number
  }): void
  /** One attempt at a job ended; `again` asked to be run once more later. */
  job(attempt: {
    readonly job: string
    readonly outcome: 'done' | 'again' | 'failed'
    readonly seconds: number
  }): void
  /** A run reached its end through this process; `seconds` since it was asked for. */
  runOver(run: { readonly outcome: string; readonly seconds: number }): void
  /** A card shows the latest state of its run; `seconds` since the run changed. */
  cardDrawn(seconds: number): void
  slackCall(call: CallDone): void
  /** Slack asked not to be called with this method for so long. */
  slackRateLimit(call: string, seconds: number): void
  rancherCall(call: CallDone): void
  clusterCall(call: CallDone): void
  /** An object of the agents was to be written on a cluster. */
  clusterWrite(outcome: CallOutcome): void
}

const ignore = () => undefined

/** For processes that serve no metrics, such as a terminal. */
export const silentMeter: Meter = {
  request: ignore,
  job: ignore,
  runOver: ignore,
  cardDrawn: ignore,
  slackCall: ignore,
  slackRateLimit: ignore,
  rancherCall: ignore,
  clusterCall: ignore,
  clusterWrite: ignore,
}
