import { annotated } from './annotations.ts'
import { failureFrom } from './answer.ts'
import type { KubernetesObject, PreparedObject, Writer } from './contract.ts'
import { nameOfObject } from './object-path.ts'
import { FIELD_MANAGER, type Target } from './target.ts'

const NAMESPACE = 'cattle-system'

/** Keeps the live objects that will change in Secret `reagent-previous-RUN`; see `Cluster.keepPrevious`. */
export async function keepPreviousObjects(
  { connection }: Target,
  prepared: readonly PreparedObject[],
  writer: Writer,
  signal: AbortSignal,
): Promise<void> {
  const kept = prepared.flatMap(({ planned, live }) =>
    planned.action === 'update' && live ? [[keyOf(live), contentOf(live)] as const] : [],
  )
  if (kept.length === 0) return
  const secret: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretNameOf(writer.run), namespace: NAMESPACE },
    type: 'Opaque',
    data: Object.fromEntries(kept),
  }
  const path = `/api/v1/namespaces/${NAMESPACE}/secrets?fieldManager=${FIELD_MANAGER}`
  const name = nameOfObject(secret)
  const ask = { method: 'POST', path, body: annotated(secret, writer), writes: name } as const
  const answer = await connection.ask(ask, signal)
  // 409: this run has kept them before. 404: the namespace is not there, so neither is anything in it.
  if ([201, 409, 404].includes(answer.status)) return
  throw failureFrom(connection.server, answer, { action: `create ${name}`, object: name }, ask)
}

function keyOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}.${metadata.name}`.replace(/[^\w.-]/g, '-')
}

function contentOf(live: KubernetesObject): string {
  const { managedFields: _bookkeeping, ...metadata } = live.metadata
  return Buffer.from(JSON.stringify({ ...live, metadata })).toString('base64')
}

function secretNameOf(run: string): string {
  return `reagent-previous-${run.toLowerCase().replace(/[^a-z0-9-]/g, '-')}`
}
