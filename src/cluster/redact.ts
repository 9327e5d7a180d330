/** 54 characters of Rancher's token alphabet: a registration token (reference: clusterregistrationtokens). */
const REGISTRATION_TOKEN = /[bcdfghjklmnpqrstvwxz2456789]{54}/g
/** Agents up to 2.5 log the whole token, later ones its first half (fixtures agent-logs/ok.agent.log of 2.1.5 and 2.12.0). */
const LOGGED_TOKEN = /(with token (?:starting with )?)[^\s"\\]+/g
const URL_CREDENTIALS = /(:\/\/)[^/\s:@"]*(?::[^/\s@"]*)?@/g
const LONGEST_LINE = 2000

/** Whether a value is, or carries, a credential, whatever field it stands in. */
export function holdsSecret(value: string): boolean {
  return value.search(REGISTRATION_TOKEN) >= 0 || value.search(URL_CREDENTIALS) >= 0
}

/**
 * Makes one line of a text from the cluster fit to be shown: without registration tokens, the `known` secrets, user names
 * and passwords in URLs, and control characters; cut at 2,000 characters.
 */
export function redact(text: string, known: readonly string[] = []): string {
  const withoutKnown = known
    .filter((secret) => secret.length > 0)
    .reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text)
  return withoutKnown
    .replace(LOGGED_TOKEN, '$1[secret]')
    .replace(REGISTRATION_TOKEN, '[secret]')
    .replace(URL_CREDENTIALS, '$1[secret]@')
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, LONGEST_LINE)
}
