import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerJson, type JsonObject, parseJson, parseObject } from '../http/body.ts'
import type { Workspace } from '../state/workspace.ts'
import type { EmulatorBehind } from './emulator.ts'
import type { Faults } from './faults.ts'
import type { Methods } from './methods.ts'

const JSON_FIELDS = new Set(['blocks', 'attachments', 'view', 'metadata'])

const APP_LEVEL = 'apps.connections.open'

const SCOPES: Readonly<Record<string, string>> = {
  'chat.postMessage': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'users.info': 'users:read',
  'users.list': 'users:read',
  'usergroups.list': 'usergroups:read',
  'usergroups.users.list': 'usergroups:read',
  'conversations.info': 'channels:read',
  [APP_LEVEL]: 'connections:write',
}

export interface WebApiParts {
  readonly workspace: Workspace
  readonly emulator: EmulatorBehind
  readonly faults: Faults
  readonly methods: Methods
  /** What time Slack thinks it is. */
  readonly clock: () => Date
}

/** Answers `POST /api/METHOD`: faults first, then the token, then the lab's own methods, else the emulator's. */
export function createWebApi({ workspace, emulator, faults, methods, clock }: WebApiParts) {
  return async (
    method: string,
    body: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const delayMs = faults.delayOf(method)
    if (delayMs > 0) await sleep(delayMs)
    const fault = faults.next(method)
    if (fault?.kind === 'rate limit') {
      const headers = { 'retry-after': String(fault.retryAfterSeconds) }
      answerJson(response, 429, { ok: false, error: 'ratelimited' }, headers)
      return
    }
    const fields = readFields(body, request.headers['content-type'] ?? '')
    const refusal = fault?.kind === 'refusal' ? { ok: false, error: fault.error } : null
    const answer =
      refusal ??
      refuseToken(workspace, method, tokenOf(request, fields)) ??
      refuseScope(workspace, method) ??
      (await (methods[method]?.(fields) ?? emulator.call(method, textFields(fields))))
    if (fault?.kind === 'lost answer') {
      request.socket.destroy()
      return
    }
    answerJson(response, 200, answer, {
      date: clock().toUTCString(),
      'x-oauth-scopes': scopesOf(workspace, method).join(','),
    })
  }
}

function readFields(body: string, contentType: string): JsonObject {
  if (contentType.startsWith('application/json')) return parseObject(body) ?? {}
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [
      name,
      JSON_FIELDS.has(name) ? (parseJson(value) ?? value) : value,
    ]),
  )
}

function textFields(fields: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}

function tokenOf(request: IncomingMessage, fields: JsonObject): string {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  return bearer ?? (typeof fields.token === 'string' ? fields.token : '')
}

function refuseToken(workspace: Workspace, method: string, token: string): JsonObject | null {
  if (token === '') return { ok: false, error: 'not_authed' }
  const needed = method === APP_LEVEL ? workspace.appToken : workspace.botToken
  if (token === needed) return null
  const isOtherKind = token === workspace.appToken || token === workspace.botToken
  return { ok: false, error: isOtherKind ? 'not_allowed_token_type' : 'invalid_auth' }
}

/** An app-level token has its own scopes. */
function scopesOf(workspace: Workspace, method: string): readonly string[] {
  return method === APP_LEVEL ? workspace.appScopes : workspace.scopes
}

function refuseScope(workspace: Workspace, method: string): JsonObject | null {
  const needed = SCOPES[method]
  const granted = scopesOf(workspace, method)
  if (needed === undefined || granted.includes(needed)) return null
  return { ok: false, error: 'missing_scope', needed, provided: granted.join(',') }
}
