import { asFailure, Failure } from '../../recovery/index.ts'
import { findJson } from '../answer.ts'
import { createConnection } from '../connection.ts'
import { type Kubeconfig, readKubeconfig } from '../kubeconfig.ts'
import type { LocalClusterAccess, ReadLocal } from './contract.ts'
import { readByCommand } from './read-by-command.ts'

/** Reads Rancher's own cluster as configured. What goes wrong is `cluster.local-unreadable`: it says nothing about the lost cluster. */
export function readLocalBy(access: LocalClusterAccess, timeoutMs: number): ReadLocal {
  const way =
    access.kind === 'kubeconfig' ? `the kubeconfig ${access.path}` : 'the configured command'
  const read: ReadLocal =
    access.kind === 'command'
      ? readByCommand(access.command, timeoutMs)
      : async (path, signal) =>
          readThrough(await readKubeconfig(access.path), timeoutMs)(path, signal)
  return (path, signal) =>
    read(path, signal).catch((error: unknown) => {
      const reason = asFailure(error).message.replace(/\.$/, '')
      throw new Failure('cluster.local-unreadable', { way, reason }, { cause: error })
    })
}

/** One question through a kubeconfig, on a connection of its own. */
export function readThrough(kubeconfig: Kubeconfig, timeoutMs: number): ReadLocal {
  return async (path, signal) => {
    const connection = createConnection(kubeconfig, kubeconfig.name, timeoutMs)
    try {
      return await findJson(connection, path, `read ${path}`, signal)
    } finally {
      connection.close()
    }
  }
}
