import { type JsonObject, objectsIn, recordedObject, toSeconds } from './recorded.ts'

/** The API token that the lab's Rancher accepts: who has it, and how far it reaches. */
export interface ApiToken {
  /** `token-xxxxx:…` */
  readonly value: string
  /** A token with a cluster scope is good for that cluster's proxy only. */
  readonly clusterId: string | null
  readonly expiresAt: Date | null
  /** Such as `user-base` or `admin`. */
  readonly globalRoles: readonly string[]
}

const TOKENS = recordedObject('token-root.json')

/** `GET /v3/tokens`, with the token that is used now in place of the recorded ones. */
export const TOKENS_TEMPLATE = { recording: { ...TOKENS, data: [] }, recordedQuery: '' }

/** Not recorded: the fields that Rancher's generated client has for it (`pkg/client/generated/management/v3`). */
export const ROLE_BINDINGS_TEMPLATE = {
  recording: { type: 'collection', resourceType: 'globalRoleBinding', filters: { userId: null } },
  recordedQuery: '',
}

const recordedToken = objectsIn(TOKENS.data).find(({ current }) => current === true) ?? {}

export function tokenRecord({ value, clusterId, expiresAt }: ApiToken, now: Date): JsonObject {
  const name = nameOf(value)
  return {
    ...recordedToken,
    id: name,
    name,
    ttl: expiresAt === null ? 0 : Math.max(0, expiresAt.getTime() - now.getTime()),
    expiresAt: expiresAt === null ? '' : toSeconds(expiresAt),
    ...(clusterId !== null && { clusterId }),
  }
}

export function roleBindingRecords({ globalRoles }: ApiToken): readonly JsonObject[] {
  return globalRoles.map((globalRoleId, index) => ({
    baseType: 'globalRoleBinding',
    type: 'globalRoleBinding',
    id: `grb-${index + 1}`,
    globalRoleId,
    userId: recordedToken.userId ?? '',
  }))
}

function nameOf(value: string): string {
  return value.split(':')[0] ?? ''
}
