import * as z from 'zod'
import { asFailure } from '../recovery/index.ts'
import type { TunnelIdentity } from './contract.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'

const ANSWER_LIMIT_BYTES = 256 * 1024
const NAMESPACE = z.object({ metadata: z.object({ uid: z.string().min(1) }) })

/** See `Rancher.tunnelAnswers`. Without a session Rancher answers 5xx. */
export async function tunnelAnswers(
  http: HttpClient,
  clusterId: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return (await send(http, clusterId, '/version', signal)).status < 500
  } catch {
    signal.throwIfAborted()
    return false
  }
}

/**
 * Reads the namespace kube-system through Rancher (`/k8s/clusters/<id>`, proxy-namespaces.json). Without a session Rancher answers
 * 503, or 500 on 2.12.0 (proxy-while-unavailable.json); a token that may not read it gets 401, 403 or 404.
 */
export async function identityThroughTunnel(
  http: HttpClient,
  clusterId: string,
  signal: AbortSignal,
): Promise<TunnelIdentity> {
  let answer: HttpAnswer
  try {
    answer = await send(http, clusterId, '/api/v1/namespaces/kube-system', signal)
  } catch (error) {
    signal.throwIfAborted()
    return { kind: 'broken', reason: asFailure(error).message }
  }
  if (answer.status >= 500) return { kind: 'broken', reason: `Rancher answers ${answer.status}` }
  const namespace = NAMESPACE.safeParse(parsed(answer.text))
  return answer.status === 200 && namespace.success
    ? { kind: 'answered', uid: namespace.data.metadata.uid }
    : { kind: 'not-available', reason: `Rancher answers ${answer.status} to this token` }
}

function send(http: HttpClient, clusterId: string, path: string, signal: AbortSignal) {
  return http.send(
    {
      path: `/k8s/clusters/${encodeURIComponent(clusterId)}${path}`,
      limitBytes: ANSWER_LIMIT_BYTES,
    },
    signal,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
