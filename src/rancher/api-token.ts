import * as z from 'zod'
import { Failure } from '../recovery/index.ts'
import { tokenAnswer } from './answers.ts'
import type { ApiTokenFacts } from './contract.ts'
import type { RancherApi } from './rancher-api.ts'

const TOKEN_NAME = /^[a-z0-9-]{1,100}$/
const ROLE_BINDING = z.object({ globalRoleId: z.string().nullish(), userId: z.string().nullish() })

/**
 * What Rancher shows about the token that is used (`GET /v3/tokens/<name>`, token-root.json) and about its user's global roles.
 * Either is null where Rancher does not show it: other kinds of tokens since 2.12, users who may not see role bindings.
 *
 * @param name the half of the token before the colon
 */
export async function readApiToken(
  api: RancherApi,
  name: string,
  signal: AbortSignal,
): Promise<ApiTokenFacts> {
  const token = TOKEN_NAME.test(name) ? await unlessHidden(readToken(api, name, signal)) : null
  const roles = token?.userId ? await unlessHidden(readRoles(api, token.userId, signal)) : null
  return {
    lifetime: token && { expiresAt: token.expiresAt },
    globalRoles: roles?.length ? roles : null,
  }
}

function readToken(api: RancherApi, name: string, signal: AbortSignal) {
  const request = { path: `/v3/tokens/${name}`, action: 'read its own token', what: 'such token' }
  return api.read(request, tokenAnswer, signal)
}

async function readRoles(
  api: RancherApi,
  userId: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const request = {
    path: '/v3/globalrolebindings',
    query: { userId },
    action: 'list global role bindings',
    what: 'list of global role bindings',
  }
  const bindings = await api.list(request, ROLE_BINDING, signal)
  return bindings.flatMap((one) =>
    one.userId === userId && one.globalRoleId ? [one.globalRoleId] : [],
  )
}

async function unlessHidden<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    const isHidden =
      error instanceof Failure &&
      ['rancher.forbidden', 'rancher.not-found', 'rancher.unexpected-answer'].includes(error.code)
    if (isHidden) return null
    throw error
  }
}
