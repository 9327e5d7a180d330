import { Failure } from '../recovery/index.ts'
import { failureFrom, jsonOf } from './answer.ts'
import type { Connection } from './connection.ts'
import type { ServedKinds } from './contract.ts'
import { recordsAt, textAt } from './json.ts'
import { groupPath } from './object-path.ts'

/** Every API version that an agent manifest of Rancher 2.1–2.14 uses or can be adapted to. */
const API_VERSIONS = [
  'v1',
  'apps/v1',
  'extensions/v1beta1',
  'rbac.authorization.k8s.io/v1',
  'rbac.authorization.k8s.io/v1beta1',
  'policy/v1',
  'policy/v1beta1',
  'scheduling.k8s.io/v1',
]

/** Asks which of those versions the API server serves, all at once, and with which kinds. */
export async function discover(connection: Connection, signal: AbortSignal): Promise<ServedKinds> {
  const lists = await Promise.all(
    API_VERSIONS.map(async (apiVersion) => {
      const answer = await connection.ask({ method: 'GET', path: groupPath(apiVersion) }, signal)
      if (answer.status === 404) return []
      if (answer.status !== 200) {
        const purpose = { action: `read which kinds ${apiVersion} has`, object: '' }
        throw failureFrom(connection.server, answer, purpose)
      }
      return recordsAt(jsonOf(connection.server, answer), 'resources').flatMap((entry) => {
        const resource = textAt(entry, 'name')
        if (!resource || resource.includes('/')) return []
        const found = { resource, namespaced: entry.namespaced === true }
        return [[`${apiVersion} ${entry.kind}`, found] as const]
      })
    }),
  )
  const kinds = new Map(lists.flat())
  if (kinds.size === 0) {
    const reason = 'it serves no kind of Kubernetes'
    throw new Failure('cluster.unexpected-answer', { server: connection.server, reason })
  }
  return { find: (apiVersion, kind) => kinds.get(`${apiVersion} ${kind}`) ?? null }
}

/** What the API server says of itself. */
export interface ServerVersion {
  /** `gitVersion`, such as `v1.20.2`; `''` where it says none. */
  readonly text: string
  /** Major and minor number; `[0, 0]` where they cannot be read (fixture kubernetes-old/version.json). */
  readonly numbers: readonly [number, number]
}

/** Reads `/version`. */
export async function readVersion(
  connection: Connection,
  signal: AbortSignal,
): Promise<ServerVersion> {
  const answer = await connection.ask({ method: 'GET', path: '/version' }, signal)
  if (answer.status !== 200) {
    const purpose = { action: 'read the version', object: '' }
    throw failureFrom(connection.server, answer, purpose)
  }
  const version = jsonOf(connection.server, answer)
  const text = textAt(version, 'gitVersion') ?? ''
  return { text, numbers: numbersOf(textAt(version, 'major'), textAt(version, 'minor'), text) }
}

function numbersOf(major: string | null, minor: string | null, git: string): [number, number] {
  const said = `${major}.${minor}`
  const match = /^(\d+)\.(\d+)/.exec(said) ?? /^v(\d+)\.(\d+)\./.exec(git)
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)]
}
