import { setTimeout as pause } from 'node:timers/promises'
import { Failure } from '../recovery/index.ts'
import { registrationAnswer } from './answers.ts'
import { calledOff } from './connection-failure.ts'
import type { Registration } from './contract.ts'
import { type RancherApi, unexpectedAnswer } from './rancher-api.ts'

const PATH = '/v3/clusterregistrationtokens'
/** Rancher's own pushes use this one; people's manifests never do. */
const OWN_BY_RANCHER = 'system'
const ASK_AGAIN_AFTER_MS = 250

/** A registration whose token may still be missing, for a moment after its creation. */
export type ListedRegistration = Registration & { readonly isFilled: boolean }

/** Where registrations are kept. */
export interface RegistrationSource {
  /** All of the cluster, `system` included. */
  list(clusterId: string, signal: AbortSignal): Promise<readonly ListedRegistration[]>
  create(clusterId: string, signal: AbortSignal): Promise<ListedRegistration>
}

/** The registrations of Rancher's API. */
export function registrationsOfApi(api: RancherApi, url: string): RegistrationSource {
  return {
    list: (clusterId, signal) => listWithPending(api, clusterId, signal),
    create: (clusterId, signal) => createRegistration(api, clusterId, url, signal),
  }
}

/** All registrations of the cluster, `system` included, without those whose token Rancher has not filled in yet. */
export async function listRegistrations(
  source: RegistrationSource,
  clusterId: string,
  signal: AbortSignal,
): Promise<readonly Registration[]> {
  const all = await source.list(clusterId, signal)
  return all.filter(({ isFilled }) => isFilled).map(withoutPending)
}

/**
 * The registration that people's manifests use: the first by name, so that asking again gives the same. Creates one when there
 * is none and waits for its token; `rancher.registration-pending` when that stays empty for `timeoutMs`.
 */
export async function ensureRegistration(
  source: RegistrationSource,
  clusterId: string,
  options: { readonly url: string; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<{ readonly registration: Registration; readonly created: boolean }> {
  const { signal } = options
  const forPeople = async () =>
    (await source.list(clusterId, signal))
      .filter(({ name }) => name !== OWN_BY_RANCHER)
      .sort((a, b) => Number(b.isFilled) - Number(a.isFilled) || (a.name < b.name ? -1 : 1))
  const [existing] = await forPeople()
  if (existing?.isFilled) return { registration: withoutPending(existing), created: false }

  const made = existing ?? (await source.create(clusterId, signal))
  const created = existing === undefined
  if (made.isFilled) return { registration: withoutPending(made), created }
  for (let waitedMs = 0; waitedMs < options.timeoutMs; waitedMs += ASK_AGAIN_AFTER_MS) {
    await pause(ASK_AGAIN_AFTER_MS, undefined, { signal }).catch(() => {
      throw calledOff(options.url, signal, waitedMs)
    })
    const current = (await forPeople()).find(({ id }) => id === made.id)
    if (current?.isFilled) return { registration: withoutPending(current), created }
  }
  throw new Failure('rancher.registration-pending')
}

/** `token-create.json` */
async function createRegistration(
  api: RancherApi,
  clusterId: string,
  url: string,
  signal: AbortSignal,
) {
  const created = await api.read(
    {
      method: 'POST',
      path: PATH,
      body: { type: 'clusterRegistrationToken', clusterId },
      action: `create a registration token for cluster ${clusterId}`,
      what: `cluster ${clusterId}`,
    },
    registrationAnswer,
    signal,
  )
  if (created.clusterId !== clusterId) {
    throw unexpectedAnswer(url, 'the new registration token belongs to another cluster')
  }
  return created
}

async function listWithPending(api: RancherApi, clusterId: string, signal: AbortSignal) {
  const all = await api.list(
    {
      path: PATH,
      query: { clusterId },
      action: `read the registration tokens of cluster ${clusterId}`,
      what: `registration tokens of cluster ${clusterId}`,
    },
    registrationAnswer,
    signal,
  )
  return all.filter((registration) => registration.clusterId === clusterId)
}

function withoutPending(listed: ListedRegistration): Registration {
  const { id, name, clusterId, token } = listed
  return { id, name, clusterId, token }
}
