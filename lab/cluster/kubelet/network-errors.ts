/** A connection that did not come about, in the words that `curl` and Go have for it. */
export class NetworkError extends Error {
  readonly curl: string
  readonly go: string

  constructor(words: { readonly curl: string; readonly go: string }) {
    super(words.go)
    this.curl = words.curl
    this.go = words.go
  }
}

const CLUSTER_DNS = '10.43.0.10:53'

/** The cluster's name server has no such name, or does not answer at all. */
export function dnsError(host: string, how: 'no-such-host' | 'timeout'): NetworkError {
  const why =
    how === 'timeout' ? `read udp 10.42.0.5:41234->${CLUSTER_DNS}: i/o timeout` : 'no such host'
  return new NetworkError({
    curl: `Could not resolve host: ${host}`,
    go: `dial tcp: lookup ${host} on ${CLUSTER_DNS}: ${why}`,
  })
}

/** A firewall that says no: the packets are not dropped but refused. */
export function refusedError(host: string, port: number): NetworkError {
  return new NetworkError({
    curl: `Failed to connect to ${host} port ${port} after 1 ms: Couldn't connect to server`,
    go: `dial tcp ${host}:${port}: connect: connection refused`,
  })
}

export function proxyUnknownError(proxy: URL): NetworkError {
  return new NetworkError({
    curl: `Could not resolve proxy: ${proxy.hostname}`,
    go: `proxyconnect tcp: dial tcp: lookup ${proxy.hostname} on ${CLUSTER_DNS}: no such host`,
  })
}

export function proxyUnreachableError(proxy: URL): NetworkError {
  const { hostname, port } = proxy
  return new NetworkError({
    curl: `Failed to connect to ${hostname} port ${port} after 1 ms: Couldn't connect to server`,
    go: `proxyconnect tcp: dial tcp ${hostname}:${port}: connect: connection refused`,
  })
}

/** The proxy answered CONNECT with something else than 200. */
export function proxyRefusalError(status: number, reason: string): NetworkError {
  return new NetworkError({
    curl: `CONNECT tunnel failed, response ${status}`,
    go: reason,
  })
}
