/**
 * Two faults at once, by name: the first is what must be put right first, because without it nothing can be applied or no agent gets
 * so far as to meet the second. `either`: both are honest, and one repair heals both.
 *
 * Not among them: a proxy that takes the upgrade out, beside an unknown token. Rancher looks at the token first, so nothing shows the
 * proxy until the token is right (rancher/remotedialer server.go).
 */
export const pairs: readonly (readonly [
  first: string,
  second: string,
  order: 'first' | 'either',
])[] = [
  ['rancher-down', 'ca-rotated', 'first'],
  ['rancher-answers-5xx', 'token-revoked', 'first'],
  ['api-server-down', 'ca-rotated', 'first'],
  ['api-server-down', 'token-revoked', 'first'],
  ['egress-dropped', 'token-revoked', 'first'],
  ['egress-rejected', 'ca-rotated', 'first'],
  ['dns-fails', 'token-revoked', 'first'],
  ['dns-fails', 'ca-rotated', 'first'],
  ['certificate-expired', 'token-revoked', 'first'],
  ['tls-intercepted', 'token-revoked', 'first'],
  ['agent-image-unavailable', 'ca-rotated', 'first'],
  ['agent-unschedulable', 'token-revoked', 'first'],
  ['admission-webhook-refuses', 'ca-rotated', 'first'],
  ['namespace-terminating', 'ca-rotated', 'first'],
  ['agents-deleted', 'token-revoked', 'either'],
  ['agents-deleted', 'ca-rotated', 'either'],
  ['agents-scaled-to-zero', 'ca-rotated', 'either'],
  ['credentials-missing', 'ca-rotated', 'either'],
  ['ca-rotated', 'token-revoked', 'either'],
]
