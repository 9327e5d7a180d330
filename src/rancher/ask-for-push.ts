import * as z from 'zod'
import { Failure } from '../recovery/index.ts'
import type { ApiRequest, RancherApi } from './rancher-api.ts'

/** Rancher pushes its manifest when this says `"true"`, and then writes `"false"` (rancher/rancher pkg/controllers/management/clusterdeploy). */
export const FORCE_DEPLOY = 'io.cattle.agent.force.deploy'
const RUN = 'reagent/run'

/**
 * `PUT` drops annotations that it is not sent, so all are read and sent; it wants the name again; everything else stays
 * (rancher/norman store/proxy, rancher/rancher pkg/api/norman/store/cluster).
 */
const record = z.object({
  id: z.string(),
  name: z.string(),
  annotations: z.record(z.string(), z.string()).nullish(),
})

/** Asks once a run; see `Rancher.askForPush`. */
export async function askForPush(
  api: RancherApi,
  clusterId: string,
  run: string,
  signal: AbortSignal,
): Promise<{ readonly asked: boolean }> {
  const request = requestOf(clusterId)
  const { name, annotations } = await api.read(request, record, signal)
  if (annotations?.[RUN] === run) return { asked: false }
  const body = { name, annotations: { ...annotations, [FORCE_DEPLOY]: 'true', [RUN]: run } }
  try {
    await api.read({ ...request, method: 'PUT', body }, z.unknown(), signal)
  } catch (error) {
    throw mayHaveBeenTaken(error)
      ? new Failure('rancher.outcome-unknown', { cluster: clusterId }, { cause: error })
      : error
  }
  return { asked: true }
}

function requestOf(clusterId: string): ApiRequest {
  return {
    path: `/v3/clusters/${encodeURIComponent(clusterId)}`,
    action: `ask for a push of Rancher’s own manifest to cluster ${clusterId}`,
    what: `cluster ${clusterId}`,
  }
}

/** A refusal is an answer; what kept the answer away may have come after the write. */
function mayHaveBeenTaken(error: unknown): boolean {
  if (!(error instanceof Failure)) return true
  const { code, facts } = error
  if (code === 'rancher.failing') return Number(facts.status) >= 500
  return code === 'rancher.timed-out' || code === 'rancher.unreachable'
}
