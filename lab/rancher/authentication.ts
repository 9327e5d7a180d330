import type { IncomingMessage } from 'node:http'

/** Whether the request carries the API token, as bearer or as Basic user and password. */
export function isTokenIn(request: IncomingMessage, apiToken: string): boolean {
  const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(' ')
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return credentials === apiToken
    case 'basic':
      return Buffer.from(credentials, 'base64').toString() === apiToken
    default:
      return false
  }
}
