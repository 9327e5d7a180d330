import type { RancherSide } from '../cluster/index.ts'
import type { RancherConfig } from '../config/index.ts'
import { generateKubeconfig, type Rancher } from '../rancher/index.ts'

const GENERATED_HOLDS_MS = 60 * 60_000
const CLUSTERS_HOLD_MS = 60_000

/** What the cluster room needs of Rancher, to obtain credentials and to prove identities. */
export function rancherSide(
  config: RancherConfig,
  rancher: Pick<Rancher, 'clusters' | 'registrations'>,
  clock: () => Date,
): RancherSide {
  const kept = createKeeper(clock)
  return {
    url: config.url.replace(/\/+$/, ''),
    caPem: config.caPem,
    token: () => config.token.reveal(),
    // Each call makes a token in Rancher, so one answer serves for a while.
    generateKubeconfig: (id, signal) =>
      kept(`kubeconfig of ${id}`, GENERATED_HOLDS_MS, () => generateKubeconfig(config, id, signal)),
    registrationTokens: async (id, signal) =>
      (await rancher.registrations(id, signal)).map(({ token }) => token.reveal()),
    clusters: (signal) => kept('clusters', CLUSTERS_HOLD_MS, () => rancher.clusters(signal)),
  }
}

/** Keeps answers for a time; failures are not kept. */
function createKeeper(clock: () => Date) {
  const answers = new Map<string, { readonly untilMs: number; readonly answer: unknown }>()
  return async <T>(name: string, holdsMs: number, ask: () => Promise<T>): Promise<T> => {
    const nowMs = clock().getTime()
    const known = answers.get(name)
    if (known && known.untilMs > nowMs) return known.answer as T
    const answer = await ask()
    answers.set(name, { untilMs: nowMs + holdsMs, answer })
    return answer
  }
}
