import type { Cluster } from '../cluster/index.ts'
import { judgeSupport, type SupportVerdict } from '../diagnosis/index.ts'
import { Failure } from '../recovery/index.ts'
import type { KnownToRancher } from './check-cluster.ts'
import { once } from './once.ts'
import { Caution, type Check } from './perform.ts'

const ABOUT: Readonly<Record<SupportVerdict['about'], string>> = {
  kubernetes: 'Kubernetes version',
  runtime: 'container runtime',
  'operating-system': 'operating system',
}

/** Kubernetes version, container runtimes and operating systems of the nodes are what this Rancher supports; a line each. */
export function supportChecks(
  name: string,
  open: () => Promise<Cluster>,
  { rancher, token }: KnownToRancher,
): readonly Check[] {
  const judged = once(async (signal) => {
    const cluster = await open()
    const [version, record, identity, nodes] = await Promise.all([
      rancher.version(signal),
      rancher.findCluster(name, signal),
      cluster.identity(signal),
      nodesUnlessForbidden(cluster, signal),
    ])
    const { driver, provider } = record
    const kubernetesVersion = identity.version
    return judgeSupport({ rancher: version, driver, provider, kubernetesVersion, nodes })
  })
  return (['kubernetes', 'runtime', 'operating-system'] as const).map((about) => ({
    what: `Cluster ${name}: ${ABOUT[about]}`,
    needs: [token],
    async test(signal) {
      const verdicts = (await judged(signal)).filter((verdict) => verdict.about === about)
      const unsupported = verdicts.filter(({ kind }) => kind === 'unsupported')
      if (unsupported.length > 0) {
        return new Caution(
          textOf(unsupported),
          'Reagent works all the same, but Rancher is not made for this pair: plan an upgrade of the older side.',
        )
      }
      return textOf(verdicts) || 'not known: the nodes do not say, or may not be listed'
    },
  }))
}

/** What may not be seen is said by the check of the rights. */
async function nodesUnlessForbidden(cluster: Cluster, signal: AbortSignal) {
  try {
    return await cluster.nodes(signal)
  } catch (error) {
    if (error instanceof Failure && error.code === 'cluster.forbidden') return []
    throw error
  }
}

function textOf(verdicts: readonly SupportVerdict[]): string {
  return verdicts
    .map(({ kind, text }) => (kind === 'not-known' ? `not known: ${text}` : text))
    .join('. ')
}
