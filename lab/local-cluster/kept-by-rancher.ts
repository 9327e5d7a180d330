import { type JsonObject, objectAt, objectsAt, textAt } from '../cluster/json.ts'
import type { LabRancher } from '../rancher/index.ts'
import type { KeptObjects } from './contract.ts'

/**
 * What the lab's Rancher knows now, as it would lie on its own cluster. The API's view of an object has its spec and status side by
 * side (fixtures local-*.json against cluster-*.json, tokens.json, settings.json).
 *
 * @param tokensInSecrets as from 2.13.8 and 2.14.4 on: a registration names the Secret that holds its token
 */
export function keptByRancher(rancher: LabRancher, tokensInSecrets: boolean): KeptObjects {
  const list = (path: string) => objectsAt(rancher.stored(path), 'data')
  const registrations = () => list('/v3/clusterregistrationtokens')
  return {
    clusters: () => list('/v3/clusters').map(clusterOf),
    settings: () => list('/v3/settings').map(settingOf),
    registrations: () => registrations().map((record) => registrationOf(record, tokensInSecrets)),
    nodes: () => list('/v3/nodes').map(nodeOf),
    secrets: () => (tokensInSecrets ? registrations().map(secretOf) : []),
    createRegistration(sent) {
      const name = textAt(sent, 'metadata', 'name')
      const token = textAt(sent, 'status', 'token')
      const clusterId = textAt(sent, 'spec', 'clusterName')
      rancher.issueRegistration(clusterId, { name, token })
      return sent
    },
  }
}

function clusterOf(record: JsonObject): JsonObject {
  const { name, internal, description, agentEnvVars } = record
  return {
    metadata: {
      name: textAt(record, 'id'),
      annotations: {
        ...objectAt(record, 'annotations'),
        'field.cattle.io/creatorId': 'user-z2bc6',
      },
    },
    spec: { displayName: name, internal, description, agentEnvVars },
    status: Object.fromEntries(
      ['agentFeatures', 'apiEndpoint', 'caCert', 'conditions', 'driver', 'provider', 'version']
        .filter((field) => record[field] !== undefined)
        .map((field) => [field, record[field]]),
    ),
  }
}

function settingOf(record: JsonObject): JsonObject {
  const { value, customized } = record
  return { metadata: { name: textAt(record, 'name') }, value, default: record.default, customized }
}

function registrationOf(record: JsonObject, tokensInSecrets: boolean): JsonObject {
  const name = textAt(record, 'name')
  const clusterId = textAt(record, 'clusterId')
  return {
    metadata: { name, namespace: clusterId },
    spec: { clusterName: clusterId },
    status: tokensInSecrets
      ? { tokenSecretName: `crt-token-${name}` }
      : { token: textAt(record, 'token') },
  }
}

function nodeOf(record: JsonObject): JsonObject {
  const address = textAt(record, 'ipAddress')
  return {
    metadata: { name: textAt(record, 'id').split(':')[1], namespace: textAt(record, 'clusterId') },
    spec: { requestedHostname: textAt(record, 'requestedHostname') },
    status: {
      nodeName: textAt(record, 'nodeName'),
      internalNodeStatus: { addresses: address ? [{ type: 'InternalIP', address }] : [] },
    },
  }
}

function secretOf(record: JsonObject): JsonObject {
  const token = Buffer.from(textAt(record, 'token')).toString('base64')
  return {
    metadata: {
      name: `crt-token-${textAt(record, 'name')}`,
      namespace: textAt(record, 'clusterId'),
    },
    type: 'Opaque',
    data: { token },
  }
}
