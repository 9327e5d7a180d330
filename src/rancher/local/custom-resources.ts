import type * as z from 'zod'
import { type JsonRecord, recordAt, recordsAt, textAt } from '../../cluster/index.ts'
import { Failure } from '../../recovery/index.ts'
import { clusterAnswer, registrationAnswer, settingAnswer } from '../answers.ts'
import type { RancherCluster, RancherNode } from '../contract.ts'
import type { ListedRegistration } from '../registrations.ts'
import { clusterStateOf } from './cluster-state.ts'
import { unusable } from './kubeconfig-api.ts'
import type { LocalApi } from './local-api.ts'

const MANAGEMENT = '/apis/management.cattle.io/v3'
/** Rancher's API keeps annotations with this prefix to itself (local-clusters.management.cattle.io.json, cluster-active.json). */
const HIDDEN_ANNOTATION = 'field.cattle.io/'

/** What Rancher keeps on its own cluster, as the same values that its API gives. */
export interface CustomResources {
  clusters(signal: AbortSignal): Promise<readonly RancherCluster[]>
  /** Null when there is none. */
  cluster(id: string, signal: AbortSignal): Promise<RancherCluster | null>
  /** The custom resource itself, for what the API does not show; null when there is none. */
  clusterResource(id: string, signal: AbortSignal): Promise<JsonRecord | null>
  /** Its value, or its default where that is empty; `''` where this Rancher has no such setting. */
  setting(name: string, signal: AbortSignal): Promise<string>
  registrations(clusterId: string, signal: AbortSignal): Promise<readonly ListedRegistration[]>
  /** The registrations of all clusters. */
  allRegistrations(signal: AbortSignal): Promise<readonly ListedRegistration[]>
  /** Every node of every cluster. */
  nodes(signal: AbortSignal): Promise<readonly RancherNode[]>
  /** Stores a registration with a token that is made here: up to 2.4 nobody else would (pkg/api/store/cluster/registrationtoken_store.go). */
  createRegistration(
    clusterId: string,
    made: { readonly name: string; readonly token: string },
    signal: AbortSignal,
  ): Promise<ListedRegistration>
}

export function createCustomResources(api: LocalApi): CustomResources {
  const notRanchers = () =>
    unusable(
      api.name,
      'it is not the cluster that Rancher runs on: it has no management.cattle.io/v3',
    )
  const listed = async (path: string, action: string, signal: AbortSignal) => {
    const list = await api.get(path, action, signal)
    if (list) return recordsAt(list, 'items')
    throw notRanchers()
  }
  /** One object; null where Rancher has none, which is not the same as that there is no Rancher. */
  const one = async (path: string, action: string, signal: AbortSignal) => {
    const found = await api.get(path, action, signal)
    if (found) return found
    if (await api.get(MANAGEMENT, 'ask for management.cattle.io/v3', signal)) return null
    throw notRanchers()
  }
  const read = <Shape extends z.ZodType>(shape: Shape, value: unknown, what: string) => {
    const checked = shape.safeParse(value)
    if (checked.success) return checked.data
    const path = checked.error.issues[0]?.path.join('.') || 'the whole'
    throw unusable(api.name, `the field ${path} of ${what} is not as expected`)
  }
  const clusterResource = (id: string, signal: AbortSignal) =>
    one(`${MANAGEMENT}/clusters/${id}`, `read cluster ${id}`, signal)

  async function registrationIn(resource: JsonRecord, clusterId: string, signal: AbortSignal) {
    const name = textAt(resource, 'metadata', 'name') ?? ''
    const secret = textAt(resource, 'status', 'tokenSecretName')
    const token = secret
      ? await tokenIn(clusterId, secret, signal)
      : textAt(resource, 'status', 'token')
    const record = {
      id: `${clusterId}:${name}`,
      name,
      clusterId: textAt(resource, 'spec', 'clusterName') ?? clusterId,
      token,
    }
    return read(registrationAnswer, record, `registration ${name}`)
  }

  /** Since 2.13.8 and 2.14.4 (pkg/controllers/dashboard/clusterregistrationtoken/token_secret.go). */
  async function tokenIn(clusterId: string, name: string, signal: AbortSignal): Promise<string> {
    if (!OBJECT_NAME.test(name)) return ''
    const path = `/api/v1/namespaces/${clusterId}/secrets/${name}`
    const secret = await api.get(path, `read Secret ${name} in ${clusterId}`, signal)
    return Buffer.from(textAt(secret, 'data', 'token') ?? '', 'base64').toString('utf8')
  }

  return {
    async clusters(signal) {
      const items = await listed(`${MANAGEMENT}/clusters`, 'list clusters', signal)
      return items.map((item) => read(clusterAnswer, clusterRecordOf(item), 'a cluster'))
    },
    async cluster(id, signal) {
      const resource = await clusterResource(id, signal)
      return resource && read(clusterAnswer, clusterRecordOf(resource), `cluster ${id}`)
    },
    clusterResource,
    async setting(name, signal) {
      const path = `${MANAGEMENT}/settings/${name}`
      const setting = await one(path, `read the setting ${name}`, signal)
      return read(settingAnswer, setting ?? {}, `setting ${name}`)
    },
    async registrations(clusterId, signal) {
      const items = await listed(
        `${MANAGEMENT}/namespaces/${clusterId}/clusterregistrationtokens`,
        `read the registration tokens of cluster ${clusterId}`,
        signal,
      )
      const all = await Promise.all(items.map((item) => registrationIn(item, clusterId, signal)))
      return all.filter((registration) => registration.clusterId === clusterId)
    },
    async allRegistrations(signal) {
      const path = `${MANAGEMENT}/clusterregistrationtokens`
      const items = await listed(path, 'read the registration tokens of all clusters', signal)
      return Promise.all(
        items.map((item) =>
          registrationIn(item, textAt(item, 'metadata', 'namespace') ?? '', signal),
        ),
      )
    },
    async nodes(signal) {
      const items = await listed(`${MANAGEMENT}/nodes`, 'list nodes', signal)
      return items.map(nodeIn)
    },
    async createRegistration(clusterId, { name, token }, signal) {
      const path = `${MANAGEMENT}/namespaces/${clusterId}/clusterregistrationtokens`
      const stored = await api.create(
        path,
        {
          apiVersion: 'management.cattle.io/v3',
          kind: 'ClusterRegistrationToken',
          metadata: { name, namespace: clusterId },
          spec: { clusterName: clusterId },
          status: { token },
        },
        signal,
      )
      return registrationIn(stored, clusterId, signal)
    },
  }
}

const OBJECT_NAME = /^[a-z0-9][a-z0-9.-]{0,252}$/

/** The fields of a cluster's custom resource under the names that they have in the API. */
function clusterRecordOf(resource: JsonRecord): JsonRecord {
  const status = recordAt(resource, 'status')
  const annotations = recordAt(resource, 'metadata', 'annotations')
  return {
    id: textAt(resource, 'metadata', 'name'),
    name: textAt(resource, 'spec', 'displayName'),
    ...clusterStateOf(resource),
    conditions: status.conditions,
    driver: status.driver,
    provider: status.provider,
    agentFeatures: status.agentFeatures,
    annotations: Object.fromEntries(
      Object.entries(annotations).filter(([name]) => !name.startsWith(HIDDEN_ANNOTATION)),
    ),
    internal: recordAt(resource, 'spec').internal,
    apiEndpoint: status.apiEndpoint,
    caCert: status.caCert,
    version: status.version,
  }
}

/** The failure for a cluster that is not there, the same as by the API. */
export function noCluster(id: string): Failure {
  return new Failure('rancher.not-found', { what: `cluster ${id}` })
}

/** A node stands in the namespace of its cluster (`pkg/apis/management.cattle.io/v3/machine_types.go`; not recorded). */
function nodeIn(resource: JsonRecord): RancherNode {
  const addresses = recordsAt(resource, 'status', 'internalNodeStatus', 'addresses')
  return {
    clusterId: textAt(resource, 'metadata', 'namespace') ?? '',
    name:
      textAt(resource, 'status', 'nodeName') ?? textAt(resource, 'spec', 'requestedHostname') ?? '',
    addresses: addresses.flatMap((one) => textAt(one, 'address') ?? []),
  }
}
