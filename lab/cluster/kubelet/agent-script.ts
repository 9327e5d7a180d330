import { createHash, X509Certificate } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { AgentError, curl } from './agent-http.ts'
import type { Agent } from './agent-options.ts'
import { CONNECT_TIMEOUT_MS } from './agent-tunnel.ts'
import { pause } from './pause.ts'

type Checked = { readonly exitCode: number } | { readonly caPem: string | null }

/** `package/run.sh`: looks whether Rancher is there and has the authority that the checksum names. */
export async function runStartScript(agent: Agent): Promise<Checked> {
  const { env, print, quirks } = agent
  const server = env.CATTLE_SERVER ?? ''
  const variables = {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('CATTLE_'))),
    CATTLE_ADDRESS: agent.podAddress,
    CATTLE_INTERNAL_ADDRESS: '',
    CATTLE_NODE_NAME: env.CATTLE_NODE_NAME ?? agent.podName,
  }
  const shown = Object.entries(variables)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
  print(`INFO: Environment: ${shown.join(' ')}`)
  print('INFO: Using resolv.conf: nameserver 10.43.0.10')
  try {
    await fetchInsecurely(`${server}/ping`, agent)
  } catch (error) {
    print(`ERROR: ${server}/ping is not accessible (${wordsOf(error)})`)
    return { exitCode: 1 }
  }
  print(`INFO: ${server}/ping is accessible`)
  if (quirks.has('printsAddressesOfServer')) {
    const { hostname } = new URL(server)
    print(`INFO: ${hostname} resolves to ${await addressesOf(hostname)}`)
  }
  const checksum = env.CATTLE_CA_CHECKSUM ?? ''
  return checksum === '' ? { caPem: null } : checkAuthority(server, checksum, agent)
}

async function checkAuthority(server: string, checksum: string, agent: Agent): Promise<Checked> {
  const { print } = agent
  const url = `${server}/v3/settings/cacerts`
  let body: string
  try {
    body = await fetchInsecurely(url, agent)
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
  if (value === '' && agent.quirks.has('namesMissingCaCerts')) {
    print(
      `ERROR: The environment variable CATTLE_CA_CHECKSUM is set but there is no CA certificate configured at ${url}`,
    )
    return { exitCode: 1 }
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

async function fetchInsecurely(url: string, { network, signal, timeScale, dial }: Agent) {
  if (network.isBlocked) {
    await pause(CONNECT_TIMEOUT_MS * timeScale, signal)
    const { hostname, port } = new URL(url)
    throw new AgentError(
      `Failed to connect to ${hostname} port ${port || 443}: Connection timed out`,
    )
  }
  return curl(url, signal, dial)
}

/** Nothing for an address: the script asks by name. */
async function addressesOf(host: string): Promise<string> {
  if (isIP(host) !== 0) return ''
  const found = await lookup(host, { all: true }).catch(() => [])
  return found.map(({ address }) => address).join(' ')
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
