import { type Cluster, reasonsIn } from '../cluster/index.ts'
import type { Rancher } from '../rancher/index.ts'
import { Failure } from '../recovery/index.ts'
import { accessOf, clusterRights, type Feature, nameOfRight } from './cluster-rights.ts'
import { endingOf } from './ending.ts'
import { once } from './once.ts'
import { Caution, type Check, Finding } from './perform.ts'

/** What there is of Rancher to compare a cluster with. */
export interface KnownToRancher {
  readonly rancher: Rancher
  readonly token: Check
}

/**
 * The kubeconfig works, its API server can do what an apply needs, it is of the cluster that Rancher means by this name, it stays
 * good, and it has the rights for an apply. Without Rancher, the comparison is left out.
 */
export function clusterChecks(
  name: string,
  open: () => Promise<Cluster>,
  known: KnownToRancher | null,
  clock: () => Date,
): readonly Check[] {
  const opened = once(open)
  const identified = once(async (signal) => (await opened(signal)).identity(signal))
  const answers: Check = {
    what: `Cluster ${name}`,
    async test(signal) {
      const cluster = await opened(signal)
      const { version, server } = await identified(signal)
      // Comparing nothing asks only whether this server is known to honour a dry run.
      await cluster.preview([], signal)
      return `Kubernetes ${version} answers at ${server}, by ${cluster.source}`
    },
  }
  const needs = [answers]
  return [
    answers,
    ...(known ? [identityCheck(name, known, opened, needs)] : []),
    sourcesCheck(name, opened, needs),
    {
      what: `Cluster ${name}: credential`,
      needs,
      async test(signal) {
        const end = await (await opened(signal)).certificateEnd()
        if (end === null) return 'accepted; no client certificate that could expire'
        const { text, isSoon } = endingOf(end, clock())
        return isSoon
          ? new Caution(
              `the client certificate is only good ${text}`,
              'Write a new kubeconfig in time: there is no way into the cluster with an expired one.',
            )
          : `client certificate good ${text}`
      },
    },
    {
      what: `Cluster ${name}: rights`,
      needs,
      test: async (signal) => rightsOf(await opened(signal), signal),
    },
  ]
}

function identityCheck(
  name: string,
  { rancher, token }: KnownToRancher,
  opened: (signal: AbortSignal) => Promise<Cluster>,
  needs: readonly Check[],
): Check {
  return {
    what: `Cluster ${name}: identity`,
    needs: [...needs, token],
    async test(signal) {
      const [cluster, record] = await Promise.all([
        opened(signal),
        rancher.findCluster(name, signal),
      ])
      try {
        const { says } = await cluster.prove(record, signal)
        return `the same cluster as ${record.id} in Rancher: ${says}`
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'cluster.unproved') throw error
        return new Caution(error.message, error.nextStep)
      }
    },
  }
}

/** The sources that stand before the one that works, or all others where all were tried. */
function sourcesCheck(
  name: string,
  opened: (signal: AbortSignal) => Promise<Cluster>,
  needs: readonly Check[],
): Check {
  return {
    what: `Cluster ${name}: other sources`,
    needs,
    async test(signal) {
      const { passedOver } = await opened(signal)
      const [first] = passedOver
      if (!first) return 'no other source fails'
      return new Caution(reasonsIn(passedOver), first.failure.nextStep)
    },
  }
}

async function rightsOf(cluster: Cluster, signal: AbortSignal): Promise<string | Caution> {
  const asked = clusterRights.map((right) => ({ right, access: accessOf(right) }))
  const refused = await cluster.missingAccess(
    asked.map(({ access }) => access),
    signal,
  )
  const missing = asked.filter(({ access }) => refused.includes(access))
  const lackingFor = (...wanted: readonly Feature[]) =>
    missing
      .filter(({ right }) => wanted.includes(right.feature))
      .map(({ right }) => nameOfRight(right))
  const forRecovery = lackingFor('identify', 'plan', 'apply')
  if (forRecovery.length > 0) {
    throw new Finding(
      `may not ${listed(forRecovery)}: a recovery would fail there`,
      'Apply what `reagent rbac` prints, or use another credential.',
    )
  }
  const forDiagnosis = lackingFor('diagnose')
  if (forDiagnosis.length > 0) {
    return new Caution(
      `enough for a recovery, but may not ${listed(forDiagnosis)}: a diagnosis sees less`,
      'Apply what `reagent rbac` prints.',
    )
  }
  const forInstall = lackingFor('install')
  if (forInstall.length > 0) {
    return new Caution(
      `enough while the agents’ namespace and role are there, but may not ${listed(forInstall)}`,
      'To recover a cluster that lost those too, apply what `reagent rbac --install` prints.',
    )
  }
  return 'all that a diagnosis and a recovery need'
}

function listed(names: readonly string[]): string {
  const most = 6
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

/** Clusters that Rancher knows and that could not be recovered, because nothing leads to them. */
export function otherClustersCheck(
  { rancher, token }: KnownToRancher,
  configured: readonly string[],
): Check {
  return {
    what: 'Other clusters',
    needs: [token],
    async test(signal) {
      const found = await rancher.clusters(signal)
      const names = found
        .filter(({ internal, name }) => !internal && !configured.includes(name))
        .map(({ name }) => name)
      if (names.length === 0) return 'every cluster that Rancher shows has a kubeconfig here'
      return new Caution(
        `no kubeconfig for ${listed(names)}: Reagent could not recover ${names.length === 1 ? 'it' : 'them'}`,
        'Name one for each under clusters in reagent.yaml. One that goes through Rancher does not help.',
      )
    },
  }
}
