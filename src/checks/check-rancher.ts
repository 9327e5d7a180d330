import type { Rancher } from '../rancher/index.ts'
import { type Check, Finding } from './perform.ts'

/** Rancher itself answers at the configured address, with a certificate that verifies. */
export function rancherAnswersCheck(rancher: Rancher): Check {
  return {
    what: 'Rancher address and certificate',
    async test(signal) {
      await rancher.ping(signal)
      return rancher.url
    },
  }
}

/** The token may read clusters and settings. */
export function tokenCheck(rancher: Rancher): Check {
  return {
    what: 'Rancher token',
    async test(signal) {
      const [clusters] = await Promise.all([rancher.clusters(signal), rancher.settings(signal)])
      return `sees ${clusters.length} ${clusters.length === 1 ? 'cluster' : 'clusters'} and the settings`
    },
  }
}

/** Agents are told the address that is configured here: a manifest that points elsewhere is refused later. */
export function serverUrlCheck(rancher: Rancher): Check {
  return {
    what: 'Rancher server-url',
    async test(signal) {
      const { serverUrl } = await rancher.settings(signal)
      if (sameAddress(serverUrl, rancher.url)) return serverUrl
      throw new Finding(
        `Rancher tells agents ${serverUrl}, but the configuration says ${rancher.url}`,
        'Set RANCHER_URL (or rancher.url) to the same address as Rancher’s setting server-url.',
      )
    },
  }
}

/** The authority that Rancher hands to agents (setting cacerts) is the one that its certificate verifies with. */
export function agentsTrustCheck(rancher: Rancher): Check {
  return {
    what: 'Rancher certificate for agents',
    async test(signal) {
      const { caCerts } = await rancher.settings(signal)
      const { verdict, validTo } = await rancher.presentedCertificate(caCerts, signal)
      if (verdict.trusted)
        return `verifies with what Rancher gives to agents, valid until ${validTo}`
      const authority = caCerts === '' ? 'a public authority' : 'Rancher’s setting cacerts'
      throw new Finding(
        `does not verify with ${authority}: ${verdict.reason}`,
        'Agents will not connect. Bring Rancher’s certificate and its setting cacerts into line.',
      )
    },
  }
}

function sameAddress(one: string, other: string): boolean {
  const plain = (address: string) =>
    URL.canParse(address) ? new URL(address).href.replace(/\/+$/, '') : address
  return plain(one) === plain(other)
}
