import type { IncomingMessage } from 'node:http'

const BODY_BYTES_MAX = 16 * 1024

export type ReadBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: 400 | 413 | 415; readonly error: string }

/** The JSON that a request carries. Other types are refused, so that a plain form of another page cannot send one. */
export async function readJson(request: IncomingMessage): Promise<ReadBody> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    return { ok: false, status: 415, error: 'send JSON' }
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) return { ok: false, status: 413, error: 'that is too long' }
    chunks.push(chunk)
  }
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString('utf8')) }
  } catch {
    return { ok: false, status: 400, error: 'that is no JSON' }
  }
}
