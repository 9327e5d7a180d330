import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { type ClusterApi, openApi } from '../../cluster/index.ts'
import { asFailure, Failure } from '../../recovery/index.ts'
import { calledOff } from '../connection-failure.ts'
import type { LocalApi } from './local-api.ts'

/**
 * Rancher's own cluster through a kubeconfig of it. The file is read at the first call, and again when it was changed.
 *
 * @param timeoutMs limit of one request
 */
export function createKubeconfigApi(path: string, timeoutMs: number): LocalApi {
  const name = `kubeconfig ${basename(path)}`
  let opened: { readonly changedMs: number; readonly api: Promise<ClusterApi> } | null = null

  function open(): Promise<ClusterApi> {
    const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (opened?.changedMs === changedMs) return opened.api
    close()
    const api = openApi(path, timeoutMs)
    opened = { changedMs, api }
    api.catch(() => {
      opened = null
    })
    return api
  }

  async function using<T>(call: (api: ClusterApi) => Promise<T>, signal: AbortSignal): Promise<T> {
    const startedAt = performance.now()
    try {
      return await call(await open())
    } catch (thrown) {
      if (signal.aborted) throw calledOff(`(${name})`, signal, performance.now() - startedAt)
      throw unusable(name, asFailure(thrown).message, thrown)
    }
  }

  function close(): void {
    opened?.api.then((api) => api.close()).catch(() => undefined)
    opened = null
  }

  return {
    name,
    get: (at, action, signal) => using((api) => api.get(at, action, signal), signal),
    create: (at, body, signal) =>
      using(async (api) => {
        const object = `${body.kind} ${body.metadata.name}`
        const stored = await api.create(at, body, object, signal)
        if (stored) return stored
        throw unusable(name, `it does not serve ${body.kind}`)
      }, signal),
    close,
  }
}

/** A way that cannot be used, with the reason in words that complete "cannot be read through …:". */
export function unusable(way: string, reason: string, cause?: unknown): Failure {
  if (cause instanceof Failure && cause.code === 'rancher.way-unusable') return cause
  const facts = { way, reason: reason.replace(/\.$/, '') }
  return new Failure('rancher.way-unusable', facts, { cause })
}
