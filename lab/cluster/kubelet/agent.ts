import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { RequestOptions } from 'node:https'
import { AgentError, curl, openTunnel } from './agent-http.ts'
import type { AgentNetwork } from './agent-network.ts'
import { pause } from './pause.ts'

export interface AgentOptions {
  /** The container's variables, field references resolved. */
  readonly env: Readonly<Record<string, string>>
  /** What is mounted at /cattle-credentials. */
  readonly credentials: { readonly url: string; readonly token: string }
  readonly podName: string
  readonly podAddress: string
  /** Tag of the image. */
  readonly version: string
  /** What it tells Rancher about itself (`X-API-Tunnel-Params`). */
  readonly parameters: unknown
  readonly network: AgentNetwork
  /** How it opens connections from where it runs. */
  readonly dial: RequestOptions['createConnection']
  readonly timeScale: number
  readonly now: () => Date
  readonly print: (line: string) => void
  /** The start script has found nothing wrong. */
  readonly onStarted: () => void
  readonly signal: AbortSignal
}

const CONNECT_TIMEOUT_MS = 30_000
const HANDSHAKE_TIMEOUT_MS = 10_000
/** Real handshakes take their time however fast the lab's clock runs. */
const SHORTEST_TIMEOUT_MS = 1_000
/** 5 s in the connection and 5 s in the loop around it (`rancher-v2.1.5/agent-logs/token-unknown.agent.log`). */
const RETRY_AFTER_MS = 10_000

/**
 * Does what the agent of Rancher 2.1.5 does (`package/run.sh`, `pkg/agent/main.go`), over real sockets and with its words. Resolves
 * with the exit code when the start script ends it, else only once the signal aborts.
 */
export async function runAgent(options: AgentOptions): Promise<number> {
  const { env, signal } = options
  const checked = await runStartScript(options)
  if ('exitCode' in checked) return checked.exitCode
  options.onStarted()
  const log = createLog(options)
  log('info', `Rancher agent version ${options.version} is starting`)
  log('info', 'Listening on /tmp/log.sock')
  let hasConnected = env.CATTLE_AGENT_CONNECT === 'true'
  while (!signal.aborted) {
    const path = hasConnected ? '/v3/connect' : '/v3/connect/register'
    const url = `${options.credentials.url.replace(/^https:/, 'wss:').replace(/\/$/, '')}${path}`
    log('info', `Connecting to ${url} with token ${options.credentials.token}`)
    log('info', 'Connecting to proxy', { url })
    await options.network.released(signal)
    try {
      await keepTunnel(url, checked.caPem, options, () => {
        hasConnected = true
      })
      if (!signal.aborted) {
        log('error', 'Failed to connect to proxy', {
          error: 'websocket: close 1006 (abnormal closure): unexpected EOF',
        })
      }
    } catch (error) {
      if (signal.aborted) break
      const words = error instanceof Error ? error.message : String(error)
      log('error', 'Failed to connect to proxy', { error: words })
      log('error', 'Failed to connect to proxy', { error: words })
    }
    await pause(RETRY_AFTER_MS * options.timeScale, signal)
  }
  return 0
}

async function runStartScript(
  options: AgentOptions,
): Promise<{ readonly exitCode: number } | { readonly caPem: string | null }> {
  const { env, print } = options
  const server = env.CATTLE_SERVER ?? ''
  const variables = {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('CATTLE_'))),
    CATTLE_ADDRESS: options.podAddress,
    CATTLE_INTERNAL_ADDRESS: '',
    CATTLE_NODE_NAME: env.CATTLE_NODE_NAME ?? options.podName,
  }
  const shown = Object.entries(variables)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
  print(`INFO: Environment: ${shown.join(' ')}`)
  print('INFO: Using resolv.conf: nameserver 10.43.0.10')
  try {
    await fetchInsecurely(`${server}/ping`, options)
  } catch (error) {
    print(`ERROR: ${server}/ping is not accessible (${wordsOf(error)})`)
    return { exitCode: 1 }
  }
  print(`INFO: ${server}/ping is accessible`)
  const checksum = env.CATTLE_CA_CHECKSUM ?? ''
  return checksum === '' ? { caPem: null } : checkAuthority(server, checksum, options)
}

async function checkAuthority(server: string, checksum: string, options: AgentOptions) {
  const { print } = options
  const url = `${server}/v3/settings/cacerts`
  let body: string
  try {
    body = await fetchInsecurely(url, options)
  } catch (error) {
    print(
      `ERROR: Failed to pull the cacert from the rancher server settings at ${url} (${wordsOf(error)})`,
    )
    return { exitCode: 1 }
  }
  const value = settingValueIn(body)
  if (value === null) {
    print('parse error: Invalid numeric literal at line 1, column 10')
    return { exitCode: 4 }
  }
  if (!isCertificate(value)) {
    const why = 'Could not read certificate from /tmp/tmp.AbCdEf1234 Unable to load certificate'
    print(`ERROR: Value from ${url} does not look like an x509 certificate (${why})`)
    print('ERROR: Retrieved cacerts:')
    for (const line of value.split('\n')) print(line)
    return { exitCode: 1 }
  }
  print(`INFO: Value from ${url} is an x509 certificate`)
  const found = createHash('sha256')
    .update(value.endsWith('\n') ? value : `${value}\n`)
    .digest('hex')
  if (found !== checksum) {
    print(
      `ERROR: Configured cacerts checksum (${found}) does not match given --ca-checksum (${checksum})`,
    )
    print(`ERROR: Please check if the correct certificate is configured at ${url}`)
    return { exitCode: 1 }
  }
  return { caPem: value }
}

async function fetchInsecurely(url: string, { network, signal, timeScale, dial }: AgentOptions) {
  if (network.isBlocked) {
    await pause(CONNECT_TIMEOUT_MS * timeScale, signal)
    const { hostname, port } = new URL(url)
    throw new AgentError(
      `Failed to connect to ${hostname} port ${port || 443}: Connection timed out`,
    )
  }
  return curl(url, signal, dial)
}

/** Resolves when the tunnel has been open and is closed. */
async function keepTunnel(
  url: string,
  caPem: string | null,
  options: AgentOptions,
  onOpen: () => void,
): Promise<void> {
  const { network, signal, timeScale } = options
  if (network.isBlocked) {
    await pause(CONNECT_TIMEOUT_MS * timeScale, signal)
    throw new AgentError(`dial tcp ${new URL(url).host}: i/o timeout`)
  }
  const socket = await openTunnel({
    url,
    headers: {
      'X-API-Tunnel-Token': options.credentials.token,
      'X-API-Tunnel-Params': Buffer.from(JSON.stringify(options.parameters)).toString('base64'),
    },
    caPem,
    timeoutMs: Math.max(HANDSHAKE_TIMEOUT_MS * timeScale, SHORTEST_TIMEOUT_MS),
    signal,
    now: options.now,
    createConnection: options.dial,
  })
  onOpen()
  const cut = () => socket.destroy()
  signal.addEventListener('abort', cut, { once: true })
  network.tunnels.add(socket)
  const closed = once(socket, 'close')
  socket.on('end', cut)
  socket.resume()
  // Packets may be dropped since the handshake began.
  if (signal.aborted || network.isBlocked) cut()
  await closed
  network.tunnels.delete(socket)
  signal.removeEventListener('abort', cut)
}

/** `.value` of a setting, null when the body is not JSON. */
function settingValueIn(body: string): string | null {
  try {
    const setting: unknown = JSON.parse(body)
    const hasValue = typeof setting === 'object' && setting !== null && 'value' in setting
    return hasValue && typeof setting.value === 'string' ? setting.value : ''
  } catch {
    return null
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Lines as logrus writes them. */
function createLog({ print, now }: AgentOptions) {
  return (level: string, message: string, fields: Readonly<Record<string, string>> = {}) => {
    const time = now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
    const more = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    print(`time="${time}" level=${level} msg=${JSON.stringify(message)}${more.join('')}`)
  }
}
