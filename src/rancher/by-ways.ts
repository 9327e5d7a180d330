import { Failure } from '../recovery/index.ts'
import type { Rancher, ReachedBy } from './contract.ts'
import { firstToAnswer, isUnusable } from './first-to-answer.ts'

/** One way to Rancher, and what it is called to people, such as `API` or `kubeconfig local.yaml`. */
export interface RancherWay {
  readonly name: string
  /** Whether it is Rancher's API, with a token. */
  readonly isApi: boolean
  readonly rancher: Rancher
}

const HEAD_START_MS = 1_000

/**
 * Rancher by the first way, in this order, that can be used. Each call begins with the first again. When a way fails, or has not
 * answered after the head start, the next is asked beside it, so that all of them together take hardly longer than one alone. What
 * a way says about Rancher (no such cluster, …) is an answer. When none can be used, the call fails as by the first way, and the
 * fact `otherWays` says what kept the others.
 *
 * `ping` and `presentedCertificate` tell what the network says, whichever way works.
 */
export function createRancherByWays(
  ways: readonly [RancherWay, ...RancherWay[]],
  { headStartMs = HEAD_START_MS }: { readonly headStartMs?: number } = {},
): Rancher {
  const [{ rancher: first }] = ways
  const { url } = first
  const viaApi = (ways.find(({ isApi }) => isApi) ?? ways[0]).rancher
  let reachedBy: ReachedBy | null = null

  async function ask<T>(
    call: (rancher: Rancher, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ readonly value: T; readonly way: RancherWay }> {
    const answered = await firstToAnswer(ways, call, { headStartMs, signal })
    const { way, passedOver } = answered
    const late = () => new Failure('rancher.timed-out', { url, timeoutMs: String(headStartMs) })
    reachedBy = {
      way: way.name,
      isApi: way.isApi,
      passedOver: passedOver.map(({ name, failure }) => ({
        way: name,
        failure: failure ?? late(),
      })),
    }
    return answered
  }
  const read = async <T>(
    call: (rancher: Rancher, stop: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ) => (await ask(call, signal)).value

  return {
    url,
    ping: (signal) => first.ping(signal),
    presentedCertificate: (caPem, signal) => first.presentedCertificate(caPem, signal),
    clusters: (signal) => read((rancher, stop) => rancher.clusters(stop), signal),
    nodes: (signal) => read((rancher, stop) => rancher.nodes(stop), signal),
    findCluster: (nameOrId, signal) =>
      read((rancher, stop) => rancher.findCluster(nameOrId, stop), signal),
    cluster: (id, signal) => read((rancher, stop) => rancher.cluster(id, stop), signal),
    settings: (signal) => read((rancher, stop) => rancher.settings(stop), signal),
    version: (signal) => read((rancher, stop) => rancher.version(stop), signal),
    apiToken: (signal) => read((rancher, stop) => rancher.apiToken(stop), signal),
    registrations: (clusterId, signal) =>
      read((rancher, stop) => rancher.registrations(clusterId, stop), signal),
    // It may write, so it is never asked of two ways at once: first of the one that can read them now, then of those after it.
    async ensureRegistration(clusterId, signal) {
      const { way } = await ask((rancher, stop) => rancher.registrations(clusterId, stop), signal)
      let refused: Failure | null = null
      for (const { rancher } of ways.slice(ways.indexOf(way))) {
        try {
          return await rancher.ensureRegistration(clusterId, signal)
        } catch (thrown) {
          if (!isUnusable(thrown) || signal.aborted) throw thrown
          refused ??= thrown
        }
      }
      throw refused ?? new Failure('rancher.registration-pending')
    },
    importManifest: (version, registration, signal) =>
      read((rancher, stop) => rancher.importManifest(version, registration, stop), signal),
    // These three mean Rancher's API: a write is sent by one way only, and no other leads through the tunnel.
    askForPush: (clusterId, run, signal) => viaApi.askForPush(clusterId, run, signal),
    tunnelAnswers: (clusterId, signal) => viaApi.tunnelAnswers(clusterId, signal),
    identityThroughTunnel: (clusterId, signal) => viaApi.identityThroughTunnel(clusterId, signal),
    evidence: {
      installation: (signal) =>
        read((rancher, stop) => rancher.evidence.installation(stop), signal),
      allRegistrations: (signal) =>
        read((rancher, stop) => rancher.evidence.allRegistrations(stop), signal),
      nodeNames: (clusterId, signal) =>
        read((rancher, stop) => rancher.evidence.nodeNames(clusterId, stop), signal),
      lookAt: (address, signal) => first.evidence.lookAt(address, signal),
    },
    reachedBy: () => reachedBy,
    close() {
      for (const { rancher } of ways) rancher.close()
    },
  }
}
