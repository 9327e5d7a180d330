import { Failure } from '../recovery/index.ts'
import type { Answer, Ask, Connection } from './connection.ts'
import type { KubernetesObject } from './contract.ts'
import { isRecord, type JsonRecord, recordsAt, textAt } from './json.ts'
import { redact } from './redact.ts'

/** What the asked-for thing is called in a failure: the action for 403, the object for a refusal. */
export interface Purpose {
  readonly action: string
  readonly object: string
}

/** Asks and gives the JSON object of a 2xx answer, or null for a 404. Everything else is a failure. */
export async function findJson(
  connection: Connection,
  path: string,
  action: string,
  signal: AbortSignal,
): Promise<JsonRecord | null> {
  const answer = await connection.ask({ method: 'GET', path }, signal)
  if (answer.status === 404 && isStatus(answer)) return null
  if (answer.status !== 200) throw failureFrom(connection.server, answer, { action, object: '' })
  return jsonOf(connection.server, answer)
}

/** The JSON object in an answer's body; fails with `cluster.unexpected-answer` for anything else. */
export function jsonOf(server: string, answer: Answer): JsonRecord {
  const value = parse(answer.text)
  if (isRecord(value)) return value
  throw new Failure('cluster.unexpected-answer', { server, reason: 'it is not JSON' })
}

/** The same, for an answer that must be one Kubernetes object. */
export function objectOf(server: string, body: JsonRecord): KubernetesObject {
  if (isKubernetesObject(body)) return body
  throw new Failure('cluster.unexpected-answer', {
    server,
    reason: 'it is not a Kubernetes object',
  })
}

/** Whether this is the shape of a Kubernetes object: `apiVersion`, `kind` and a name. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    isRecord(value) &&
    typeof value.apiVersion === 'string' &&
    typeof value.kind === 'string' &&
    typeof textAt(value, 'metadata', 'name') === 'string'
  )
}

/**
 * Whether a writing request did what it was to do. An answer that says so but cannot be read is not one of an API server:
 * then nobody knows.
 */
export function isWritten(answer: Answer, ask: Ask, status: 200 | 201): boolean {
  if (answer.status !== status) return false
  if (isKubernetesObject(parse(answer.text))) return true
  throw new Failure('cluster.outcome-unknown', { object: ask.writes ?? '' })
}

/** Names of the field managers that a 409 of server-side apply names, sorted; none when it is another conflict. */
export function conflictingManagers(answer: Answer): readonly string[] {
  const causes = recordsAt(parse(answer.text), 'details', 'causes')
  const managers = causes
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map(
      (cause) => /conflict with "([^"]+)"/.exec(textAt(cause, 'message') ?? '')?.[1] ?? 'unknown',
    )
  return [...new Set(managers)].sort()
}

/** RBAC's refusal to hand out more than one has (kubernetes pkg/registry/rbac/escalation_check.go). */
const ESCALATION = 'is attempting to grant RBAC permissions not currently held'

/** The failure that a non-2xx answer means. For one that was to write (`ask.writes`), see `cluster.outcome-unknown`. */
export function failureFrom(server: string, answer: Answer, purpose: Purpose, ask?: Ask): Failure {
  const { status } = answer
  const message = textAt(parse(answer.text), 'message') ?? ''
  if (!isStatus(answer)) return strangeAnswer(server, answer, ask)
  if (status === 401) return new Failure('cluster.unauthorized', { server })
  if (status === 403 && message.includes(ESCALATION)) {
    const action = `${purpose.action}, because nobody may give rights that it does not have itself`
    return new Failure('cluster.forbidden', { action })
  }
  if (status === 403 && / cannot \w+ (resource|path) /.test(message)) {
    return new Failure('cluster.forbidden', { action: purpose.action })
  }
  if (status === 409) return new Failure('cluster.changed', { object: purpose.object })
  if (status === 504 && ask?.writes) {
    return new Failure('cluster.outcome-unknown', { object: ask.writes })
  }
  const isWebhook = status === 500 && message.includes('failed calling webhook')
  if (purpose.object && (status < 500 || isWebhook) && status !== 429) {
    const reason = redact(message).replace(/\.$/, '').slice(0, 300)
    return new Failure('cluster.refused', { object: purpose.object, reason })
  }
  if (status === 403) return new Failure('cluster.forbidden', { action: purpose.action })
  const said = redact(message).slice(0, 200)
  return new Failure('cluster.failing', { server, status: String(status), said })
}

function strangeAnswer(server: string, { status }: Answer, ask?: Ask): Failure {
  // A proxy that says 503 has nobody to forward to; after any other of its failures nobody knows.
  if (ask?.writes && status >= 500 && status !== 503) {
    return new Failure('cluster.outcome-unknown', { object: ask.writes })
  }
  if (status === 401) return new Failure('cluster.unauthorized', { server })
  if (status >= 500) return new Failure('cluster.failing', { server, status: String(status) })
  const reason = `HTTP ${status} without a Kubernetes status`
  return new Failure('cluster.unexpected-answer', { server, reason })
}

function isStatus(answer: Answer): boolean {
  return textAt(parse(answer.text), 'kind') === 'Status'
}

/** What a body holds as JSON, null when it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
