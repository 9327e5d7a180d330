import { type Cluster, checkIdentity } from '../cluster/index.ts'
import type { Rancher } from '../rancher/index.ts'
import { endingOf } from './ending.ts'
import {
  NEEDED_FOR_APPLY,
  NEEDED_FOR_EVIDENCE,
  NEEDED_FOR_LOST_ROLE,
  type NeededAccess,
} from './needed-access.ts'
import { once } from './once.ts'
import { Caution, type Check, Finding } from './perform.ts'

/** What there is of Rancher to compare a cluster with. */
export interface KnownToRancher {
  readonly rancher: Rancher
  readonly access: Check
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
    ...(known ? [identityCheck(name, known, identified, needs)] : []),
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
  { rancher, access }: KnownToRancher,
  identified: (signal: AbortSignal) => ReturnType<Cluster['identity']>,
  needs: readonly Check[],
): Check {
  return {
    what: `Cluster ${name}: identity`,
    needs: [...needs, access],
    async test(signal) {
      const [identity, record] = await Promise.all([
        identified(signal),
        rancher.findCluster(name, signal),
      ])
      checkIdentity(identity, record)
      if (record.apiServerCaPem) return `the same cluster as ${record.id} in Rancher`
      return new Caution(
        `Rancher knows it as ${record.id}, but has never been in contact with it`,
        'Compare the address of the API server with the cluster that you mean: nothing else shows that it is the right one.',
      )
    },
  }
}

async function rightsOf(cluster: Cluster, signal: AbortSignal): Promise<string | Caution> {
  const missing = async (needed: readonly NeededAccess[]) => {
    const wanted = needed.map(({ access }) => access)
    const refused = await cluster.missingAccess(wanted, signal)
    return needed.filter(({ access }) => refused.includes(access)).map(({ name }) => name)
  }
  const [forApply, forLostRole, forEvidence] = await Promise.all(
    [NEEDED_FOR_APPLY, NEEDED_FOR_LOST_ROLE, NEEDED_FOR_EVIDENCE].map(missing),
  )
  if (forApply?.length) {
    throw new Finding(
      `may not ${listed(forApply)}: a recovery would fail there`,
      'Give the kubeconfig’s user these rights, or the ClusterRole cluster-admin, or use another kubeconfig.',
    )
  }
  if (forEvidence?.length) {
    return new Caution(
      `enough for a recovery, but may not ${listed(forEvidence)}: a diagnosis sees less`,
      'Give the kubeconfig’s user these rights too.',
    )
  }
  if (forLostRole?.length) {
    return new Caution(
      `enough while the agent’s own role is there, but may not ${listed(forLostRole)}`,
      'Bind the kubeconfig’s user to the ClusterRole cluster-admin to recover a cluster that lost that role too.',
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
  { rancher, access }: KnownToRancher,
  configured: readonly string[],
): Check {
  return {
    what: 'Other clusters',
    needs: [access],
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
