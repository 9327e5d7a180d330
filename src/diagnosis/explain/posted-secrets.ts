/** A credential that stands in a text that somebody pasted. */
export type PostedSecret = 'registration-token' | 'api-token' | 'password'

interface SecretForm {
  readonly kind: PostedSecret | null
  readonly pattern: RegExp
  /** What stands in place of it. */
  readonly instead: string
}

/** Of Rancher's registration tokens and the secret half of its API tokens (reference: clusterregistrationtokens, tokens). */
const TOKEN = '[bcdfghjklmnpqrstvwxz2456789]{54}'

const FORMS: readonly SecretForm[] = [
  {
    kind: 'api-token',
    pattern: new RegExp(`\\b((?:token|kubeconfig-u(?:ser)?|agent)-[a-z0-9-]+:)${TOKEN}`, 'gi'),
    instead: '$1[secret]',
  },
  { kind: 'api-token', pattern: /\b(bearer )[\w.:~+/-]{16,}=*/gi, instead: '$1[secret]' },
  { kind: 'api-token', pattern: /\beyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]+)?/g, instead: '[secret]' },
  // Later agents log the first half of their token (2.6 and later), which nobody can register with.
  { kind: null, pattern: /(with token starting with )[^\s"\\]+/gi, instead: '$1[secret]' },
  {
    kind: 'registration-token',
    pattern: /(with token )(?!starting with |\[secret\])[^\s"\\]+/gi,
    instead: '$1[secret]',
  },
  {
    kind: 'registration-token',
    pattern: /((?:--?|\u2014|\u2013)token[ =]|CATTLE_TOKEN=|X-API-Tunnel-Token:? ?)[^\s"\\]{8,}/gi,
    instead: '$1[secret]',
  },
  {
    kind: 'registration-token',
    pattern: /(\/v3\/import\/)[^\s"\\_.]{8,}/g,
    instead: '$1[secret]',
  },
  {
    kind: 'registration-token',
    pattern: new RegExp(`(?<![a-z0-9])${TOKEN}(?![a-z0-9])`, 'g'),
    instead: '[secret]',
  },
  {
    kind: 'password',
    pattern: /(:\/\/)[^/\s:@"]*:[^/\s@"]+@/g,
    instead: '$1[secret]@',
  },
  { kind: 'password', pattern: /\b(passw(?:or)?d[=:] ?)[^\s"\\]+/gi, instead: '$1[secret]' },
]

/** The text without the credentials in it, and which kinds those were. Nothing of a credential may be repeated, stored or logged. */
export function withoutSecrets(text: string): {
  readonly text: string
  readonly secrets: readonly PostedSecret[]
} {
  const secrets = new Set<PostedSecret>()
  const clean = FORMS.reduce((rest, { kind, pattern, instead }) => {
    if (kind !== null && rest.search(pattern) >= 0) secrets.add(kind)
    return rest.replace(pattern, instead)
  }, text)
  return { text: clean, secrets: [...secrets] }
}
