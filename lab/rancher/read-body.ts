import type { IncomingMessage } from 'node:http'

/** The request's body as text, cut off after one mebibyte. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size <= 2 ** 20) chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString()
}
