/** Whether two addresses are the same server: case, default port and a slash at the end do not count. */
export function isSameUrl(one: string, other: string): boolean {
  return normal(one) === normal(other)
}

/** Lower-case host of an address, `''` of a text that is none. */
export function hostOf(url: string): string {
  return (URL.parse(url)?.hostname ?? '').replace(/^\[|\]$/g, '')
}

/** Whether a host means the machine itself, whoever asks. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || /^127\.|^::1$|^0\.0\.0\.0$/.test(host)
  )
}

function normal(url: string): string {
  return (URL.parse(url)?.href ?? url).replace(/\/+$/, '')
}
