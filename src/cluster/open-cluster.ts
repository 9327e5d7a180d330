import { basename } from 'node:path'
import { Failure } from '../recovery/index.ts'
import { findAbilities } from './abilities.ts'
import { missingAccess } from './access.ts'
import { findJson } from './answer.ts'
import { certificateEnd } from './certificate-end.ts'
import { createConnection } from './connection.ts'
import type { Cluster, ClusterIdentity, ClusterOptions } from './contract.ts'
import { proveIdentity } from './credentials/prove.ts'
import { discover, readVersion } from './discovery.ts'
import { textAt } from './json.ts'
import { keepPreviousObjects } from './keep-previous.ts'
import { readKubeconfig } from './kubeconfig.ts'
import { listNodes } from './nodes.ts'
import { observeAgents } from './observe-agents.ts'
import { previewObjects, readObjects } from './preview.ts'
import { readSurroundings } from './surroundings.ts'
import type { Target, WritableTarget } from './target.ts'
import { writeObject } from './write.ts'

/**
 * Opens a cluster through one credential. Reads the kubeconfig but connects to nothing yet; fails with
 * `cluster.kubeconfig-unreadable`. What the API server serves, its version and its abilities are asked once and kept until `close`.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { source, timeoutMs, fingerprintKey, proof } = options
  const { label, kubeconfig } =
    'kubeconfig' in source
      ? source
      : { label: `file ${basename(source.path)}`, kubeconfig: await readKubeconfig(source.path) }
  const connection = createConnection(kubeconfig, kubeconfig.name, timeoutMs)
  const { server } = connection
  const served = onceSuccessful((signal) => discover(connection, signal))
  const version = onceSuccessful((signal) => readVersion(connection, signal))
  const abilities = onceSuccessful(async (signal) =>
    findAbilities(connection, await version(signal), signal),
  )

  async function target(signal: AbortSignal): Promise<Target> {
    return { connection, served: await served(signal), fingerprintKey }
  }

  async function writableTarget(signal: AbortSignal): Promise<WritableTarget> {
    return { ...(await target(signal)), abilities }
  }

  async function identity(signal: AbortSignal): Promise<ClusterIdentity> {
    const path = '/api/v1/namespaces/kube-system'
    const [namespace, { text }] = await Promise.all([
      findJson(connection, path, 'read Namespace kube-system', signal),
      version(signal),
    ])
    const uid = textAt(namespace, 'metadata', 'uid')
    if (!uid) {
      const reason = 'it has no namespace kube-system'
      throw new Failure('cluster.unexpected-answer', { server, reason })
    }
    return { uid, server, caPem: kubeconfig.caPem, version: text }
  }

  return {
    source: label,
    passedOver: [],
    server,
    kubeconfig: () => kubeconfig.text,
    prove: (record, signal) => {
      const { pinnedUid, rancher } = proof ?? { pinnedUid: null, rancher: null }
      return proveIdentity({ connection, identity, pinnedUid, rancher, timeoutMs }, record, signal)
    },
    served,
    missingAccess: (wanted, signal) => missingAccess(connection, wanted, signal),
    certificateEnd: async () => certificateEnd((await kubeconfig.admission()).tls.cert),
    identity,
    nodes: (signal) => listNodes(connection, signal),
    observeAgents: (signal) => observeAgents(connection, fingerprintKey, signal),
    surroundings: (signal) => readSurroundings(connection, served(signal), signal),
    read: async (objects, signal) => readObjects(await target(signal), objects, signal),
    preview: async (wanted, signal, live) => {
      const found = await writableTarget(signal)
      return previewObjects(
        found,
        wanted,
        live ?? (await readObjects(found, wanted, signal)),
        signal,
      )
    },
    keepPrevious: async (prepared, writer, signal) =>
      keepPreviousObjects(await target(signal), prepared, writer, signal),
    write: async (object, writer, signal) =>
      writeObject(await writableTarget(signal), object, writer, signal),
    close: () => connection.close(),
  }
}

/** Keeps the first answer and shares a pending question; a failure is not kept. */
function onceSuccessful<T>(find: (signal: AbortSignal) => Promise<T>) {
  let pending: Promise<T> | null = null
  return (signal: AbortSignal): Promise<T> => {
    pending ??= find(signal).catch((error: unknown) => {
      pending = null
      throw error
    })
    return pending
  }
}
