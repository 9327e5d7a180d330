import type { Cluster } from './cluster-record.ts'
import {
  type JsonObject,
  objectIn,
  objectsIn,
  recordedObject,
  refill,
  toSeconds,
} from './recorded.ts'

const [TEMPLATE = {}] = objectsIn(recordedObject('nodes.json', 'rancher-v2.12.0').data)

/** The nodes of a cluster as `GET /v3/nodes` shows them to a client that reached Rancher as `host`. */
export function nodeRecords(cluster: Cluster, host: string): readonly JsonObject[] {
  return cluster.nodes.map(({ name, labels, runtime, osImage, kubeletVersion }, index) => {
    const id = `${cluster.id}:machine-${name}`
    const record = refill(TEMPLATE, [
      ['c-m-xgq965c9:machine-jkt5z', id],
      ['127.0.0.1:18443', host],
    ])
    const info = objectIn(record.info)
    const hasRole = (role: string) => labels[`node-role.kubernetes.io/${role}`] === 'true'
    return {
      ...record,
      clusterId: cluster.id,
      uuid: `${cluster.uuid.slice(0, -2)}${String(index).padStart(2, '0')}`,
      created: toSeconds(cluster.created),
      createdTS: Math.floor(cluster.created.getTime() / 1000) * 1000,
      nodeName: name,
      hostname: name,
      requestedHostname: name,
      labels,
      controlPlane: hasRole('controlplane') || hasRole('control-plane'),
      etcd: hasRole('etcd'),
      worker: hasRole('worker'),
      info: {
        ...info,
        kubernetes: { kubeProxyVersion: kubeletVersion, kubeletVersion },
        os: {
          ...objectIn(info.os),
          dockerVersion: runtime.replace('docker://', ''),
          operatingSystem: osImage,
        },
      },
    }
  })
}
