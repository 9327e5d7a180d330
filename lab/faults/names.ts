import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'

/** Names that this process resolves to its own machine, as the name servers of a company would. */
const known = new Map<string, number>()
let isInstalled = false

/**
 * Lets the whole process resolve a host name to 127.0.0.1, so that the lab's Rancher has an address like a real one. Gives the
 * function that ends it. Names ending in `example.com` that nobody asked for do not exist, without asking a name server.
 */
export function resolveHere(host: string): () => void {
  install()
  known.set(host, (known.get(host) ?? 0) + 1)
  return () => {
    const left = (known.get(host) ?? 1) - 1
    if (left === 0) known.delete(host)
    else known.set(host, left)
  }
}

type Callback = (
  error: NodeJS.ErrnoException | null,
  address?: string | readonly dns.LookupAddress[],
  family?: number,
) => void

function install(): void {
  if (isInstalled) return
  isInstalled = true
  const original = dns.lookup
  const lookup = (host: string, ...rest: readonly unknown[]) => {
    const [options, callback] = rest.length > 1 ? rest : [{}, rest[0]]
    const answer = callback as Callback
    if (known.has(host)) {
      const wantsAll = typeof options === 'object' && options !== null && 'all' in options
      const all = wantsAll && options.all === true
      const address = { address: '127.0.0.1', family: 4 }
      setImmediate(() => (all ? answer(null, [address]) : answer(null, address.address, 4)))
    } else if (host.endsWith('.example.com')) {
      const error = new Error(`getaddrinfo ENOTFOUND ${host}`)
      const facts = { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: host }
      setImmediate(() => answer(Object.assign(error, facts)))
    } else {
      Reflect.apply(original, dns, [host, ...rest])
    }
  }
  Object.assign(dns, { lookup })
  const promised = (host: string, options: dns.LookupOptions = {}) =>
    new Promise((resolve, reject) => {
      lookup(host, options, (error: Error | null, address: unknown, family: unknown) => {
        if (error) reject(error)
        else resolve(options.all === true ? address : { address, family })
      })
    })
  Object.assign(dns.promises, { lookup: promised })
  syncBuiltinESMExports()
}
