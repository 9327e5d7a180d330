import type { ApiAnswer } from '../upstream.ts'

/** What went wrong, as the `Status` of an API server. Thrown by everything below the routing. */
export class ApiError extends Error {
  readonly status: Readonly<Record<string, unknown>>
  readonly code: number

  constructor(code: number, reason: string | null, message: string, details?: object) {
    super(message)
    this.code = code
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason !== null && { reason }),
      ...(details && { details }),
      code,
    }
  }
}

/** Which objects an error is about: the resource with its API group (`''` for the core group). */
export interface ResourceName {
  readonly group: string
  readonly resource: string
  readonly kind: string
}

export interface FieldError {
  readonly reason: string
  readonly message: string
  readonly field: string
}

export function notServed(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message)
}

export function notFound(of: ResourceName, name: string): ApiError {
  const message = `${qualified(of)} "${name}" not found`
  return new ApiError(404, 'NotFound', message, detailsOf(of, name))
}

export function alreadyExists(of: ResourceName, name: string): ApiError {
  const message = `${qualified(of)} "${name}" already exists`
  return new ApiError(409, 'AlreadyExists', message, detailsOf(of, name))
}

export function conflict(of: ResourceName, name: string, why = MODIFIED): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`
  return new ApiError(409, 'Conflict', message, detailsOf(of, name))
}

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again'

export function invalid(of: ResourceName, name: string, errors: readonly FieldError[]): ApiError {
  const texts = errors.map(({ field, message }) => `${field}: ${message}`)
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  const kind = of.group === '' ? of.kind : `${of.kind}.${of.group}`
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${list}`, {
    ...detailsOf(of, name),
    kind: of.kind,
    causes: errors,
  })
}

export function statusAnswer(error: ApiError): ApiAnswer {
  return jsonAnswer(error.code, error.status)
}

export function jsonAnswer(status: number, body: unknown): ApiAnswer {
  const text = `${JSON.stringify(body, null, 2)}\n`
  return { status, contentType: 'application/json', body: Buffer.from(text) }
}

function detailsOf({ group, resource }: ResourceName, name: string) {
  return { name, ...(group !== '' && { group }), kind: resource }
}

function qualified({ group, resource }: ResourceName): string {
  return group === '' ? resource : `${resource}.${group}`
}
