import { type Rancher, type RancherWay, SUPPORTED_VERSIONS } from '../rancher/index.ts'
import { asFailure, Failure } from '../recovery/index.ts'
import { isApiAlone, sameAddress, wayChecks } from './check-ways.ts'
import { endingOf } from './ending.ts'
import { once } from './once.ts'
import { Caution, type Check, Finding } from './perform.ts'

/** What other checks need of these: that what Rancher knows can be read. */
export interface RancherChecks {
  readonly all: readonly Check[]
  readonly access: Check
}

/** Global roles that may do anything in Rancher, beyond what Reagent needs. */
const ADMINISTRATORS = ['admin', 'restricted-admin']

/**
 * Rancher answers, with a certificate that agents accept, at the address that it tells them, in a version that Reagent knows, to a
 * token that reads what is needed.
 *
 * @param ways those that `rancher` takes
 * @param clusters names of the clusters whose registrations must be readable
 */
export function rancherChecks(
  rancher: Rancher,
  ways: readonly RancherWay[],
  clusters: readonly string[],
  clock: () => Date,
): RancherChecks {
  const settings = once(rancher.settings)
  const visible = once(rancher.clusters)
  const ownToken = once(ways.find(({ isApi }) => isApi)?.rancher.apiToken ?? rancher.apiToken)

  const address: Check = {
    what: 'Rancher address',
    async test(signal) {
      await rancher.ping(signal)
      return `${rancher.url} answers, and its certificate verifies`
    },
  }
  const token: Check = {
    what: 'Rancher token',
    needs: [address],
    async test(signal) {
      const [, { lifetime }] = await Promise.all([visible(signal), ownToken(signal)])
      if (lifetime === null) return 'accepted; Rancher does not show when it expires'
      if (lifetime.expiresAt === null) return 'accepted, does not expire'
      const { text, isSoon } = endingOf(lifetime.expiresAt, clock())
      if (!isSoon) return `accepted, good ${text}`
      return new Caution(
        `accepted, but only good ${text}`,
        'Create a new API key in Rancher without a scope and set RANCHER_TOKEN.',
      )
    },
  }
  const access: Check = isApiAlone(ways)
    ? token
    : {
        what: 'Rancher access',
        async test(signal) {
          await visible(signal)
          return `by the ${rancher.reachedBy()?.way ?? 'configured way'}`
        },
      }
  const needs = [access]
  const rights: Check = {
    what: 'Rancher rights',
    needs,
    async test(signal) {
      const [found, globalRoles] = await Promise.all([
        visible(signal),
        ownToken(signal).then(
          (shown) => shown.globalRoles,
          (error: unknown) => {
            // The line of the token, or that of the way, tells of it.
            if (access === token) throw error
            return null
          },
        ),
        settings(signal),
      ])
      const own = found.filter(({ internal }) => !internal)
      await Promise.all(
        own
          .filter(({ name }) => clusters.includes(name))
          .map(({ id, name }) => registrationsReadable(rancher, id, name, signal)),
      )
      const seen = `reads ${own.length} ${own.length === 1 ? 'cluster' : 'clusters'}, the registrations and the settings`
      const administrator = globalRoles?.find((role) => ADMINISTRATORS.includes(role))
      if (administrator === undefined) return seen
      return new Caution(
        `${seen}, but its user has the global role ${administrator}: more than Reagent needs`,
        'Use the key of a user with the global role User-Base and the role Cluster Owner on each cluster.',
      )
    },
  }
  return {
    access,
    all: [
      address,
      ...wayChecks(ways, rancher.url),
      ...(access === token ? [token] : [access, ...ofApi(ways, token)]),
      rights,
      versionCheck(rancher, needs),
      serverUrlCheck(rancher, settings, needs),
      agentsTrustCheck(rancher, settings, clock, needs),
    ],
  }
}

/** Where Rancher can be read in another way too, its API's token is worth a warning only. */
function ofApi(ways: readonly RancherWay[], token: Check): readonly Check[] {
  if (!ways.some(({ isApi }) => isApi)) return []
  const test: Check['test'] = (signal) =>
    token.test(signal).catch((error: unknown) => {
      const { message, nextStep } = asFailure(error)
      return new Caution(message, nextStep)
    })
  return [{ what: token.what, test }]
}

async function registrationsReadable(
  rancher: Rancher,
  id: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await rancher.registrations(id, signal)
  } catch (error) {
    const isHidden =
      error instanceof Failure && ['rancher.forbidden', 'rancher.not-found'].includes(error.code)
    if (!isHidden) throw error
    throw new Finding(
      `may not read the registration tokens of ${name}`,
      `In Rancher, make the token’s user a Cluster Owner of ${name} (cluster ${name}, Cluster and Project Members).`,
    )
  }
}

function versionCheck(rancher: Rancher, needs: readonly Check[]): Check {
  return {
    what: 'Rancher version',
    needs,
    async test(signal) {
      const { text, acquaintance } = await rancher.version(signal)
      switch (acquaintance) {
        case 'known':
          return text
        case 'newer':
          return new Caution(
            `${text}; Reagent knows ${SUPPORTED_VERSIONS}`,
            'It is treated as the newest of these. Try a plan before you need one.',
          )
        case 'unnamed':
          return new Caution(
            `Rancher calls its version "${text}", which says nothing`,
            `Reagent recovers clusters of ${SUPPORTED_VERSIONS}. See that it is one of these.`,
          )
        case 'older':
          throw new Finding(
            `${text}; Reagent recovers clusters of ${SUPPORTED_VERSIONS}`,
            'Bring clusters of this Rancher back by hand, or upgrade it.',
          )
      }
    },
  }
}

/** Agents are told the address that is configured here: a manifest that points elsewhere is refused later. */
function serverUrlCheck(
  rancher: Rancher,
  settings: Rancher['settings'],
  needs: readonly Check[],
): Check {
  return {
    what: 'Rancher server-url',
    needs,
    async test(signal) {
      const { serverUrl } = await settings(signal)
      if (sameAddress(serverUrl, rancher.url)) return `${serverUrl}, the same as configured`
      throw new Finding(
        `Rancher tells agents ${serverUrl}, but the configuration says ${rancher.url}`,
        'Set RANCHER_URL (or rancher.url) to the same address as Rancher’s setting server-url.',
      )
    },
  }
}

/** The authority that Rancher hands to agents (setting cacerts) is the one that its certificate verifies with. */
function agentsTrustCheck(
  rancher: Rancher,
  settings: Rancher['settings'],
  clock: () => Date,
  needs: readonly Check[],
): Check {
  return {
    what: 'Rancher certificate',
    needs,
    async test(signal) {
      const { caCerts } = await settings(signal)
      const presented = await rancher.presentedCertificate(caCerts, signal).catch(unseenDirectly)
      if (presented instanceof Caution) return presented
      const { verdict, validTo } = presented
      const authority = caCerts === '' ? 'a public authority' : 'Rancher’s setting cacerts'
      if (!verdict.trusted) {
        throw new Finding(
          `agents do not accept it (it does not verify with ${authority}): ${verdict.reason}`,
          'Agents will not connect. Bring Rancher’s certificate and its setting cacerts into line.',
        )
      }
      const { text, isSoon } = endingOf(validTo, clock())
      const seen = `agents accept it (it verifies with ${authority}), good ${text}`
      return isSoon
        ? new Caution(seen, 'Renew it in time: agents lose Rancher when it has expired.')
        : seen
    },
  }
}

/** The API may be reached through a proxy only; the handshake goes straight to Rancher, as agents do. */
function unseenDirectly(error: unknown): Caution {
  const isAway =
    error instanceof Failure && ['rancher.unreachable', 'rancher.timed-out'].includes(error.code)
  if (!isAway) throw error
  return new Caution(
    'cannot be looked at: Rancher answers through a proxy only, not directly',
    'Test it from a node: openssl s_client -connect HOST:443 -CAfile with the value of cacerts.',
  )
}
