import type { HttpClient } from './http-client.ts'
import { failureOfStatus, unexpectedAnswer } from './rancher-api.ts'

const PING_LIMIT_BYTES = 64 * 1024

/** `GET /ping`, without logging in. Resolves when Rancher itself answers. */
export async function ping(http: HttpClient, signal: AbortSignal): Promise<void> {
  const request = { path: '/ping', anonymous: true, limitBytes: PING_LIMIT_BYTES }
  const answer = await http.send(request, signal)
  const failure = failureOfStatus(answer, { action: 'ping', what: '/ping' }, http.url)
  if (failure) throw failure
  if (answer.text.trim() !== 'pong') throw unexpectedAnswer(http.url, '/ping does not say pong')
}
