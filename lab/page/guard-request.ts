import type { IncomingMessage } from 'node:http'

/** Sent with every answer: only the page's own files run in it, and no other page holds it in a frame. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/**
 * Why a request is not for this page, null when it is. A name that resolves to 127.0.0.1 could bring other pages here, so the
 * address that was asked for must be the one that was printed.
 */
export function strangerReason({ headers }: IncomingMessage, port: number): string | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  if (!hosts.includes(headers.host ?? '')) return `this page is at http://${hosts[0]}/ only`
  const { origin } = headers
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`)) {
    return 'requests of other pages are not taken'
  }
  return null
}
