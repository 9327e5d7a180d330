import { isIP } from 'node:net'

/** What in a line can belong to a cluster: the addresses of peers, and ids as Rancher gives them. */
export interface Traces {
  /** IP addresses in one form each (IPv6 lower-case and shortened), without ports. */
  readonly addresses: readonly string[]
  /** Such as `c-sxlbv` or `c-m-xgq965c9`. */
  readonly clusterIds: readonly string[]
}

const MOST_TRACES = 5

/** What stands in front of an address that is not where a peer came from: where it wants to go, what it listens on, names in a certificate. */
const NOT_A_PEER =
  /(?:\/\/|@|dial (?:tcp|udp):? (?:lookup )?|connect to |listen tcp |nameserver |resolves to |address |\bvalid for |certificate for |, not |->|CATTLE_SERVER=\S*|IPAddresses: \[|=https?:\S*)\[?$/
const A_PEER = /(?:from|remote address|from remote address) \[?$/

const IP_LIKE =
  /(?<![\w.:-])(?:\[([0-9a-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})|([0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7}))(?::\d{1,5})?(?![\w.-]*\w)/gi

/** Consonants and digits: the alphabet of Rancher's names, so that `c-style` is no id. */
const CLUSTER_ID =
  /(?<![a-z0-9])c-(?:m-[bcdfghjklmnpqrstvwxz2456789]{8}|[bcdfghjklmnpqrstvwxz2456789]{5})(?![a-z0-9-])/g

export function tracesIn(text: string): Traces {
  const addresses = [...text.matchAll(IP_LIKE)].flatMap((found) => {
    const before = text.slice(0, found.index)
    const isOther = NOT_A_PEER.test(before) && !A_PEER.test(before)
    const address = canonicalAddress(found[1] ?? found[2] ?? found[3] ?? '')
    return isOther || address === null ? [] : [address]
  })
  const clusterIds = [...text.matchAll(CLUSTER_ID)].map(([id]) => id)
  return {
    addresses: [...new Set(addresses)].slice(0, MOST_TRACES),
    clusterIds: [...new Set(clusterIds)].slice(0, MOST_TRACES),
  }
}

/** One form for equal addresses, so that they can be compared as texts; null for what is no address. */
export function canonicalAddress(text: string): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1] ?? text
  const kind = isIP(mapped)
  if (kind === 0) return null
  return kind === 4 ? mapped : new URL(`http://[${mapped}]`).hostname.slice(1, -1)
}

/** Whether an address only means "this machine", so that it belongs to no cluster in particular. */
export function isOwnMachine(address: string): boolean {
  return address === '::1' || address === '::' || /^(?:127\.|0\.0\.0\.0$)/.test(address)
}
