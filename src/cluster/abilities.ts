import { failureFrom, parse } from './answer.ts'
import type { Connection } from './connection.ts'
import type { ServerVersion } from './discovery.ts'
import { recordsAt } from './json.ts'

/** What an API server can be trusted to do. */
export interface Abilities {
  /** It honours `dryRun=All`: what is tried is not stored. */
  readonly dryRun: boolean
  /** It is said to have server-side apply; one that was started without it answers 415 and writes nothing. */
  readonly serverSideApply: boolean
}

const FIRST_WITH_DRY_RUN = 13
const FIRST_WITH_APPLY = 16

/**
 * Finds out whether the server honours dry run and has server-side apply. Whatever does not show both of these counts as not
 * having it:
 *
 * - **its version says so**: dry run is on by default from Kubernetes 1.13, server-side apply from 1.16. An unreadable version, as
 *   the API server inside Rancher 2.1.5 has (fixture kubernetes-old), says nothing.
 * - **it refuses a `dryRun` value that does not exist.** A server that knows dry run checks the value before anything else
 *   (`dryRun: Unsupported value …: supported values: "All"`, 422, seen on 1.20). One that ignores the parameter, or behind a proxy
 *   that drops it, answers as if it were not there, whatever version it claims. What is posted for that is a
 *   SelfSubjectAccessReview, which no server stores and everybody may ask: the question is harmless where it is not understood.
 *
 * Server-side apply needs no proof of its own: it is tried with a dry run first. Fails like any other request when the server
 * cannot be asked, so that a moment's fault is never taken for an old server.
 */
export async function findAbilities(
  connection: Connection,
  { numbers: [major, minor] }: ServerVersion,
  signal: AbortSignal,
): Promise<Abilities> {
  const isSince = (first: number) => major > 1 || (major === 1 && minor >= first)
  const dryRun = isSince(FIRST_WITH_DRY_RUN) && (await checksDryRun(connection, signal))
  return { dryRun, serverSideApply: dryRun && isSince(FIRST_WITH_APPLY) }
}

const PROBE = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews?dryRun=NoSuchValue'

async function checksDryRun(connection: Connection, signal: AbortSignal): Promise<boolean> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb: 'get', group: '', resource: 'namespaces' } },
  }
  const answer = await connection.ask({ method: 'POST', path: PROBE, body }, signal)
  if (answer.status === 401 || answer.status === 429 || answer.status >= 500) {
    const purpose = { action: 'ask whether it knows dry run', object: '' }
    throw failureFrom(connection.server, answer, purpose)
  }
  const causes = recordsAt(parse(answer.text), 'details', 'causes')
  return answer.status === 422 && causes.some(({ field }) => field === 'dryRun')
}
