import { isObject, type JsonObject, objectAt, textAt } from '../cluster/json.ts'
import {
  ApiError,
  badRequest,
  jsonAnswer,
  notFound,
  statusAnswer,
} from '../cluster/simulated/status.ts'
import type { ApiAnswer, ApiRequest, Upstream } from '../cluster/upstream.ts'
import type { KeptObjects } from './contract.ts'

const MANAGEMENT =
  /^\/apis\/management\.cattle\.io\/v3\/(?:namespaces\/([^/]+)\/)?([a-z]+)(?:\/([^/]+))?$/
const SECRET = /^\/api\/v1\/namespaces\/([^/]+)\/secrets\/([^/]+)$/
const REGISTRATIONS = 'clusterregistrationtokens'
const KINDS: Readonly<
  Record<
    string,
    { readonly kind: string; readonly list: 'clusters' | 'settings' | 'registrations' | 'nodes' }
  >
> = {
  clusters: { kind: 'Cluster', list: 'clusters' },
  settings: { kind: 'Setting', list: 'settings' },
  nodes: { kind: 'Node', list: 'nodes' },
  [REGISTRATIONS]: { kind: 'ClusterRegistrationToken', list: 'registrations' },
}

const DISCOVERY = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'management.cattle.io/v3',
  resources: Object.entries(KINDS).map(([name, { kind }]) => ({
    name,
    kind,
    namespaced: name === REGISTRATIONS || name === 'nodes',
    verbs: ['create', 'get', 'list'],
  })),
}

/** An API server that serves what Rancher keeps; everything else is answered by the one behind it. */
export function serveKeptObjects(
  kept: KeptObjects,
  behind: Upstream,
  onRequest: (request: ApiRequest) => void,
): Upstream {
  return {
    async ask(request) {
      onRequest(request)
      try {
        return answer(request, kept) ?? (await behind.ask(request))
      } catch (error) {
        if (error instanceof ApiError) return statusAnswer(error)
        throw error
      }
    },
    close: () => behind.close(),
  }
}

function answer(request: ApiRequest, kept: KeptObjects): ApiAnswer | null {
  const { pathname } = new URL(request.path, 'https://local.invalid')
  const [, secretNamespace, secretName] = SECRET.exec(pathname) ?? []
  if (secretName !== undefined && request.method === 'GET') {
    const secret = kept.secrets().find((one) => isNamed(one, secretName, secretNamespace))
    return secret ? jsonAnswer(200, { kind: 'Secret', apiVersion: 'v1', ...secret }) : null
  }
  if (pathname === '/apis/management.cattle.io/v3') return jsonAnswer(200, DISCOVERY)
  const [, namespace, resource = '', name] = MANAGEMENT.exec(pathname) ?? []
  const known = KINDS[resource]
  if (known === undefined) return null
  const { kind, list } = known
  const typed = (object: JsonObject) => ({
    apiVersion: 'management.cattle.io/v3',
    kind,
    ...object,
  })
  if (request.method === 'POST' && resource === REGISTRATIONS) {
    return jsonAnswer(201, typed(kept.createRegistration(sentIn(request))))
  }
  const found = kept[list]().filter((one) => namespace === undefined || isIn(one, namespace))
  if (name === undefined) {
    return jsonAnswer(200, {
      apiVersion: 'management.cattle.io/v3',
      kind: `${kind}List`,
      metadata: { resourceVersion: '1' },
      items: found.map(typed),
    })
  }
  const one = found.find((object) => isNamed(object, name, namespace))
  if (!one) throw notFound({ group: 'management.cattle.io', resource, kind }, name)
  return jsonAnswer(200, typed(one))
}

function sentIn({ body }: ApiRequest): JsonObject {
  const sent: unknown = JSON.parse(body.toString())
  if (!isObject(sent)) throw badRequest('the object provided is unrecognized')
  const { apiVersion: _apiVersion, kind: _kind, ...content } = sent
  return content
}

function isNamed(object: JsonObject, name: string, namespace: string | undefined): boolean {
  return (
    textAt(object, 'metadata', 'name') === name &&
    (namespace === undefined || isIn(object, namespace))
  )
}

function isIn(object: JsonObject, namespace: string): boolean {
  return objectAt(object, 'metadata').namespace === namespace
}
