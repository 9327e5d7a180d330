import type { Readable } from 'node:stream'

/** A request as an API server gets it. `path` has the query. Header names are in lower case. */
export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly signal: AbortSignal
}

export interface ApiAnswer {
  readonly status: number
  readonly contentType: string
  /** Whole, or a stream for a watch. */
  readonly body: Buffer | Readable
}

/** An API server behind the gate: whoever asks here is an administrator. */
export interface Upstream {
  ask(request: ApiRequest): Promise<ApiAnswer>
  close(): Promise<void>
}
