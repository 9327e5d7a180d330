import { failureFrom, jsonOf } from './answer.ts'
import type { Connection } from './connection.ts'
import type { Access } from './contract.ts'
import { valueAt } from './json.ts'

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** Those of the wanted accesses that the credential does not have; see `Cluster.missingAccess`. */
export async function missingAccess(
  connection: Connection,
  wanted: readonly Access[],
  signal: AbortSignal,
): Promise<readonly Access[]> {
  const allowed = await Promise.all(wanted.map((access) => isAllowed(connection, access, signal)))
  return wanted.filter((_, index) => !allowed[index])
}

/** A review is a POST that stores nothing; whoever is authenticated may ask (ClusterRole system:basic-user). */
async function isAllowed(
  connection: Connection,
  resourceAttributes: Access,
  signal: AbortSignal,
): Promise<boolean> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  }
  const answer = await connection.ask({ method: 'POST', path: PATH, body }, signal)
  if (answer.status !== 201) {
    const purpose = { action: 'ask what it may do', object: '' }
    throw failureFrom(connection.server, answer, purpose)
  }
  return valueAt(jsonOf(connection.server, answer), 'status', 'allowed') === true
}
