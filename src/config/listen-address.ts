import type { ListenAddress } from './contract.ts'

/** Reads `HOST:PORT`, with an IPv6 address in brackets (`[::1]:9464`); null for anything else. */
export function listenAddress(text: string): ListenAddress | null {
  const [, inBrackets, plain, digits] =
    /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(text) ?? []
  const host = inBrackets ?? plain
  const port = Number(digits)
  return host === undefined || port > 65_535 ? null : { host, port }
}
