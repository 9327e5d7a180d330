import { certificateDetails } from './agent-certificates.ts'
import { testConnection } from './agent-http.ts'
import type { Agent } from './agent-options.ts'

type Trusted = { readonly exitCode: number } | { readonly caPem: string | null }

const SERVER_CA = '/etc/kubernetes/ssl/certs/serverca'
/** Where Go looks for authorities, as the agent's image sets it. */
const USUAL_CERT_DIRECTORY = '/etc/kubernetes/ssl/certs'

/**
 * What the program tries before its first tunnel: Rancher with the fetched authority alone (2.8.6), then with every authority that
 * it knows (2.3.2). Gives the authority for tunnels, null for those of the system.
 */
export async function findWayToTrust(agent: Agent, caPem: string | null): Promise<Trusted> {
  const { log, quirks, credentials, env } = agent
  const url = credentials.url.replace(/\/$/, '')
  const isStrict = env.STRICT_VERIFY === 'true'
  const directory = env.SSL_CERT_DIR ?? USUAL_CERT_DIRECTORY
  const known = directory === USUAL_CERT_DIRECTORY ? caPem : null
  const isReachable = !agent.network.isBlocked
  let isVerified = false
  if (quirks.has('testsStrictly') && caPem === null) {
    if (isStrict) {
      log('error', 'Strict CA verification is enabled but encountered error finding root CA')
      return { exitCode: 1 }
    }
    const why = `open ${SERVER_CA}: no such file or directory`
    log('error', `unable to read CA file from ${SERVER_CA}: ${why}`)
  }
  if (quirks.has('testsStrictly') && caPem !== null && isReachable) {
    log(
      'info',
      `Testing connection to ${url} using trusted certificate authorities within: ${SERVER_CA}`,
    )
    const failure = await testConnection({ ...agent, url, caPem })
    if (failure !== null && isStrict) {
      log('error', `Could not securely connect to ${url}: ${failure.words}`)
      return { exitCode: 1 }
    }
    isVerified = failure === null
  }
  if (quirks.has('printsCertificateDetails') && !isVerified && isReachable) {
    const failure = await testConnection({ ...agent, url, caPem: known })
    if (failure?.chain) {
      for (const [level, line] of certificateDetails({ url, presented: failure.chain, caPem })) {
        log(level, line)
      }
      log(
        'fatal',
        `${adviceFor(failure.words)} Certificate information is displayed above. error: ${failure.words}`,
      )
      return { exitCode: 1 }
    }
  }
  return { caPem: known }
}

function adviceFor(words: string): string {
  if (words.includes('has expired or is not yet valid')) {
    return 'Server certificate is not valid, please check if the host has the correct time configured and if the server certificate has a notAfter date and time in the future.'
  }
  if (words.includes('signed by unknown authority')) {
    return 'Certificate chain is not complete, please check if all needed intermediate certificates are included in the server certificate (in the correct order) and if the cacerts setting in Rancher either contains the correct CA certificate (in the case of using self signed certificates) or is empty (in the case of using a certificate signed by a recognized CA).'
  }
  return 'Server certificate does not contain correct DNS and/or IP address entries in the Subject Alternative Names (SAN).'
}
