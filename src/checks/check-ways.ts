import type { RancherWay } from '../rancher/index.ts'
import { asFailure } from '../recovery/index.ts'
import { once } from './once.ts'
import { Caution, type Check, Finding } from './perform.ts'

/** Whether this way is Rancher's API and nothing else is configured: then the other checks say all there is to say. */
export function isApiAlone(ways: readonly RancherWay[]): boolean {
  return ways.length === 1 && ways[0]?.isApi === true
}

/**
 * One line for each way to Rancher: whether it reads clusters and settings, and whether it leads to the Rancher at `url`. A way that
 * cannot be used is a warning while another can.
 */
export function wayChecks(ways: readonly RancherWay[], url: string): readonly Check[] {
  if (isApiAlone(ways)) return []
  const readings = ways.map(({ name, rancher }) => ({
    name,
    read: once(async (signal: AbortSignal) => {
      const [clusters, settings] = await Promise.all([
        rancher.clusters(signal),
        rancher.settings(signal),
      ])
      return { count: clusters.length, serverUrl: settings.serverUrl }
    }),
  }))
  return readings.map(({ name, read }) => ({
    what: `Rancher by ${name}`,
    async test(signal) {
      try {
        const { count, serverUrl } = await read(signal)
        if (sameAddress(serverUrl, url))
          return `reads ${count} ${count === 1 ? 'cluster' : 'clusters'} and the settings`
        throw new Finding(
          `leads to another Rancher: ${serverUrl}, but the configuration says ${url}`,
          'Correct this way under rancher.ways, or RANCHER_URL.',
        )
      } catch (error) {
        if (error instanceof Finding) throw error
        const others = readings.filter((other) => other.read !== read)
        const ended = await Promise.allSettled(others.map((other) => other.read(signal)))
        if (ended.every(({ status }) => status === 'rejected')) throw error
        const { message, nextStep } = asFailure(error)
        return new Caution(message, nextStep)
      }
    },
  }))
}

/** Whether two addresses are the same, slashes at the end aside. */
export function sameAddress(one: string, other: string): boolean {
  const plain = (address: string) =>
    URL.canParse(address) ? new URL(address).href.replace(/\/+$/, '') : address
  return plain(one) === plain(other)
}
