import { createHmac } from 'node:crypto'
import type { Answer, SentRequest } from '../contract.ts'
import type { JsonObject } from '../http/body.ts'

/** How long Slack waits for a bot. */
export const ANSWER_WITHIN_MS = 3000

/** Something that Slack tells the bot. */
export interface Envelope {
  readonly type: 'slash_commands' | 'interactive'
  readonly payload: JsonObject
}

/** Commands are a flat form, everything else JSON in the form field `payload`. */
export function formOf({ type, payload }: Envelope): string {
  const fields =
    type === 'slash_commands'
      ? Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)])
      : { payload: JSON.stringify(payload) }
  return new URLSearchParams(fields).toString()
}

/** Slack's signature v0 of a body: HMAC-SHA-256 of `v0:TIMESTAMP:BODY`. */
export function sign(body: string, timestamp: string, signingSecret: string): string {
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
  return `v0=${digest}`
}

/** The headers that Slack sends. The content type has no charset. */
export function headersFor(
  timestamp: string,
  signature: string,
  contentType = 'application/x-www-form-urlencoded',
): Readonly<Record<string, string>> {
  return {
    'content-type': contentType,
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  }
}

/** Sends a request to the bot; `status` is null when there is no answer in 3 s or nobody listens. */
export async function post({ url, body, headers }: SentRequest): Promise<Answer> {
  const startedAt = performance.now()
  const since = () => performance.now() - startedAt
  const deadline = AbortSignal.timeout(ANSWER_WITHIN_MS)
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers,
      signal: deadline,
      redirect: 'error',
    })
    const text = await response.text()
    return { status: response.status, body: text, ackMs: since() }
  } catch {
    return { status: null, body: '', ackMs: deadline.aborted ? ANSWER_WITHIN_MS : since() }
  }
}
