import { Failure } from '../../recovery/index.ts'
import type { Connection } from '../connection.ts'
import type { ClusterIdentity, IdentityProof } from '../contract.ts'
import { issuerAmong, publicKeysIn, shortNameOf } from '../identity.ts'
import type { ClusterRecord, RancherSide } from './contract.ts'
import { hasRegistrationOf } from './registration-proof.ts'
import { uidThroughRancher } from './tunnel-proof.ts'

export interface ProofParts {
  readonly connection: Connection
  readonly identity: (signal: AbortSignal) => Promise<ClusterIdentity>
  /** Uid of the namespace kube-system as the configuration gives it; null: it does not. */
  readonly pinnedUid: string | null
  /** Null: only what needs no further question to Rancher. */
  readonly rancher: RancherSide | null
  readonly timeoutMs: number
}

/**
 * Shows that the API server is that of the cluster which Rancher means, by the first of these that holds:
 * the uid that the configuration pins; a certificate that the authority in Rancher's record issued (unless another cluster in
 * Rancher has the same authority); the same uid through Rancher's tunnel, while there is one; agents whose registration token
 * Rancher accepts for this cluster.
 *
 * Fails with `cluster.wrong-cluster` where something shows the contrary or the authority is another one and nothing else tells, and
 * with `cluster.unproved` where Rancher has nothing to compare with.
 */
export async function proveIdentity(
  parts: ProofParts,
  record: ClusterRecord,
  signal: AbortSignal,
): Promise<IdentityProof> {
  const { connection, pinnedUid, rancher, timeoutMs } = parts
  const { server, uid } = await parts.identity(signal)
  const wrong = (found: string, expected: string) =>
    new Failure('cluster.wrong-cluster', { found, expected, cluster: record.name, uid })

  if (pinnedUid !== null) {
    if (pinnedUid === uid) return { by: 'pinned-uid', says: `its uid ${uid} is the configured one` }
    throw wrong(`${server} (uid ${uid})`, `${record.name} (uid ${pinnedUid})`)
  }

  const expected = publicKeysIn(record.apiServerCaPem ?? '')
  const issuer = issuerAmong(connection.presented(), expected)
  const twin = issuer && rancher ? await otherWith(issuer, record, rancher, signal) : null
  if (issuer && twin === null) {
    const says = `its certificate is of the authority ${shortNameOf(issuer)} that Rancher has for ${record.id}`
    return { by: 'authority', says }
  }

  if (rancher) {
    const throughTunnel = await uidThroughRancher(rancher, record.id, timeoutMs, signal)
    if (throughTunnel === uid) {
      return { by: 'tunnel', says: `Rancher’s tunnel to ${record.id} leads to the same uid ${uid}` }
    }
    if (throughTunnel !== null) {
      throw wrong(`${server} (uid ${uid})`, `${record.name} (uid ${throughTunnel})`)
    }
    if (await hasRegistrationOf(connection, rancher, record.id, signal)) {
      const says = `its agents hold a registration token of ${record.id}`
      return { by: 'registration', says }
    }
  }

  if (issuer || expected.length === 0) {
    const reason = twin
      ? `${twin} in Rancher has the same certificate authority`
      : 'Rancher has no certificate authority of it to compare with'
    throw new Failure('cluster.unproved', { cluster: record.name, server, uid, reason })
  }
  const presented = connection.presented().at(-1)
  throw wrong(
    `${server} (authority ${presented ? shortNameOf(presented.publicKey) : 'unknown'})`,
    `${record.apiEndpoint ?? 'another API server'} (authority ${expected.map(shortNameOf).join(', ')})`,
  )
}

/** Name of another cluster whose record has this authority too, as with one that was made for all clusters of a company. */
async function otherWith(
  authority: Parameters<typeof shortNameOf>[0],
  record: ClusterRecord,
  rancher: RancherSide,
  signal: AbortSignal,
): Promise<string | null> {
  // A token that may see this cluster only shows no other one: then this is as much as can be known.
  const all = await rancher.clusters(signal).catch(() => [])
  const other = all.find(
    ({ id, apiServerCaPem }) =>
      id !== record.id && publicKeysIn(apiServerCaPem ?? '').some((key) => key.equals(authority)),
  )
  return other?.name ?? null
}
