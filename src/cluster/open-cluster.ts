import { basename } from 'node:path'
import { Failure } from '../recovery/index.ts'
import { missingAccess } from './access.ts'
import { findJson } from './answer.ts'
import { certificateEnd } from './certificate-end.ts'
import { createConnection } from './connection.ts'
import type { Cluster, ClusterOptions } from './contract.ts'
import { discover, readVersion } from './discovery.ts'
import { textAt } from './json.ts'
import { keepPreviousObjects } from './keep-previous.ts'
import { readKubeconfig } from './kubeconfig.ts'
import { observeAgents } from './observe-agents.ts'
import { previewObjects, readObjects, type Target } from './preview.ts'
import { readSurroundings } from './surroundings.ts'
import { writeObject } from './write.ts'

/**
 * Opens a cluster through one credential. Reads the kubeconfig but connects to nothing yet; fails with
 * `cluster.kubeconfig-unreadable`. What the API server serves and its version are asked once and kept until `close`.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { source, timeoutMs, fingerprintKey } = options
  const kubeconfig = await readKubeconfig(source.path)
  const connection = createConnection(kubeconfig, source.path, timeoutMs)
  const { server } = connection
  const served = onceSuccessful((signal) => discover(connection, signal))
  const version = onceSuccessful((signal) => readVersion(connection, signal))

  async function target(signal: AbortSignal): Promise<Target> {
    return { connection, served: await served(signal), fingerprintKey }
  }

  /** Before 1.13 an API server ignores `dryRun=All` and writes (fixtures kubernetes-old), so nothing is tried there. */
  async function dependableTarget(signal: AbortSignal): Promise<Target> {
    const [found, { text, hasDryRunAndApply }] = await Promise.all([
      target(signal),
      version(signal),
    ])
    if (!hasDryRunAndApply) throw new Failure('cluster.too-old', { version: text })
    return found
  }

  return {
    source: `${source.kind} ${basename(source.path)}`,
    server,
    served,
    missingAccess: (wanted, signal) => missingAccess(connection, wanted, signal),
    certificateEnd: async () => certificateEnd((await kubeconfig.admission()).tls.cert),
    identity: async (signal) => {
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
    },
    observeAgents: (signal) => observeAgents(connection, fingerprintKey, signal),
    surroundings: (signal) => readSurroundings(connection, signal),
    read: async (objects, signal) => readObjects(await target(signal), objects, signal),
    preview: async (wanted, signal, live) => {
      const found = await dependableTarget(signal)
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
      writeObject(await dependableTarget(signal), object, writer, signal),
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
