import { readFile } from 'node:fs/promises'
import { validateHeaderValue } from 'node:http'
import type { Agent, RequestOptions } from 'node:https'
import { dirname, isAbsolute, resolve, sep } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import { load } from 'js-yaml'
import { Failure } from '../recovery/index.ts'
import { isRecord, type JsonRecord, recordAt, recordsAt, textAt, valueAt } from './json.ts'

/** What one request needs to be let in. Asked for again each time, because tokens expire. */
export interface Admission {
  readonly headers: Readonly<Record<string, string>>
  /** `user:password`, for the few clusters that still take it. */
  readonly basicAuth: string | null
  readonly tls: TlsMaterial
  /** An agent that goes through the kubeconfig's `proxy-url`; null when there is none. */
  readonly proxyAgent: Agent | null
}

export interface TlsMaterial {
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
  readonly servername: string | null
}

/** The current context of a kubeconfig. */
export interface Kubeconfig {
  /** Where it is from, for people. */
  readonly name: string
  readonly server: string
  readonly caPem: string | null
  /** The whole as YAML. Holds credentials. */
  readonly text: string
  /** PEM of the client certificate that stands in it, null for credentials of other kinds. */
  readonly clientCertPem: string | null
  /** Runs exec plugins and reads token files; fails with `cluster.kubeconfig-unreadable`. */
  admission(): Promise<Admission>
}

const MOST_BYTES = 1024 * 1024

/**
 * Reads the kubeconfig at `path` (exec plugins, token files, client certificates, `tls-server-name`, `proxy-url`).
 * Fails with `cluster.kubeconfig-unreadable`, whose reason never quotes the file; also for servers without TLS and
 * for `insecure-skip-tls-verify`, which Reagent never follows.
 */
export async function readKubeconfig(path: string): Promise<Kubeconfig> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadableAt(path)(fileReason(error), error)
  })
  return kubeconfigFrom(text, { name: path, folder: dirname(resolve(path)) })
}

export interface KubeconfigOrigin {
  /** Where it is from, for people: a path, or such as `secret ops/myk8s`. */
  readonly name: string
  /** What relative paths in it are relative to. Null: it was not written on this machine, so it may name no program and no file. */
  readonly folder: string | null
  /** The context to use in place of the current one. */
  readonly context?: string
}

/** The same for a text that is already there. */
export async function kubeconfigFrom(text: string, origin: KubeconfigOrigin): Promise<Kubeconfig> {
  const { name, folder, context } = origin
  const unreadable = unreadableAt(name)
  if (text.length > MOST_BYTES) throw unreadable('it is larger than 1 MiB')
  const found = parsed(text, unreadable)
  const document = {
    ...(folder === null ? selfContained(found, unreadable) : adapted(found, folder)),
    ...(context !== undefined && { 'current-context': context }),
  }

  const { KubeConfig } = await loadLibrary()
  const config = new KubeConfig()
  try {
    config.loadFromString(JSON.stringify(document))
    if (folder !== null) config.makePathsAbsolute(folder)
  } catch (error) {
    throw unreadable('it is not a kubeconfig', error)
  }
  const cluster = config.getCurrentCluster()
  const user = config.getCurrentUser()
  if (!config.getCurrentContext()) throw unreadable('it has no current-context')
  if (!cluster) throw unreadable('its current-context leads to no cluster')
  if (!user) throw unreadable('its current-context leads to no user')
  if (cluster.skipTLSVerify) {
    throw unreadable('it sets insecure-skip-tls-verify, which Reagent does not follow')
  }
  if (!URL.canParse(cluster.server) || new URL(cluster.server).protocol !== 'https:') {
    throw unreadable('its server is not an https address')
  }

  const admit = async () => admissionFrom(config, unreadable)
  const caPem = cluster.caData
    ? Buffer.from(cluster.caData, 'base64').toString('utf8')
    : cluster.caFile
      ? await readFile(cluster.caFile, 'utf8').catch((error: unknown) => {
          throw unreadable(`its certificate-authority: ${fileReason(error)}`, error)
        })
      : null
  return {
    name,
    server: cluster.server,
    caPem,
    text: context === undefined ? text : JSON.stringify(document, null, 2),
    clientCertPem: user.certData ? Buffer.from(user.certData, 'base64').toString('utf8') : null,
    admission: shared(admit),
  }
}

/** Loads what kubeconfigs are read with; the first time takes a while, which is not the time of any cluster. */
export function loadLibrary() {
  return import('@kubernetes/client-node')
}

/** The names of the contexts in a kubeconfig, in their order. */
export function contextsIn(text: string, name: string): readonly string[] {
  const document = parsed(text, unreadableAt(name))
  return recordsAt(document, 'contexts').flatMap((entry) => textAt(entry, 'name') ?? [])
}

/** For a kubeconfig from elsewhere: what it says must not run programs or read files on the worker. */
function selfContained(document: JsonRecord, unreadable: Unreadable): JsonRecord {
  const users = recordsAt(document, 'users').map((entry) => recordAt(entry, 'user'))
  const clusters = recordsAt(document, 'clusters').map((entry) => recordAt(entry, 'cluster'))
  const usesMachine =
    users.some((user) => USER_KEYS_OF_THE_MACHINE.some((key) => user[key] !== undefined)) ||
    clusters.some((cluster) => cluster['certificate-authority'] !== undefined)
  if (usesMachine) {
    throw unreadable(
      'it names a program or a file, which only a kubeconfig that is a file on the worker may',
    )
  }
  return document
}

const USER_KEYS_OF_THE_MACHINE = [
  'exec',
  'auth-provider',
  'tokenFile',
  'client-certificate',
  'client-key',
]

function unreadableAt(path: string): Unreadable {
  return (reason, cause) =>
    new Failure('cluster.kubeconfig-unreadable', { path, reason }, { cause })
}

type Unreadable = (reason: string, cause?: unknown) => Failure

function parsed(text: string, unreadable: Unreadable): JsonRecord {
  try {
    const document = load(text, { maxAliases: 0 })
    if (isRecord(document)) return document
  } catch {
    // YAML's own message quotes the lines around the fault, so it is not even kept as the cause.
    throw unreadable('it is not valid YAML')
  }
  throw unreadable('it is not a kubeconfig')
}

/**
 * The library leaves out what kubectl does: `tokenFile` of a user, exec commands relative to the kubeconfig, and
 * KUBERNETES_EXEC_INFO, without which some plugins refuse to run.
 */
function adapted(document: JsonRecord, directory: string): JsonRecord {
  const users = recordsAt(document, 'users').map((entry) => {
    const user = recordAt(entry, 'user')
    const tokenFile = textAt(user, 'tokenFile')
    const exec = valueAt(user, 'exec')
    return {
      ...entry,
      user: {
        ...user,
        ...(tokenFile && {
          'auth-provider': {
            name: 'tokenFile',
            config: { tokenFile: resolve(directory, tokenFile) },
          },
        }),
        ...(isRecord(exec) && { exec: adaptedExec(exec, directory) }),
      },
    }
  })
  return { ...document, users }
}

function adaptedExec(exec: JsonRecord, directory: string): JsonRecord {
  const command = textAt(exec, 'command')
  const info = {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false },
  }
  return {
    ...exec,
    ...(command?.includes(sep) && !isAbsolute(command) && { command: resolve(directory, command) }),
    env: [{ name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }, ...recordsAt(exec, 'env')],
  }
}

async function admissionFrom(config: KubeConfig, unreadable: Unreadable): Promise<Admission> {
  const options: RequestOptions = {}
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    // What an exec plugin printed may hold its credentials, so it is not even kept as the cause.
    throw unreadable(admissionReason(config, error))
  }
  const headers = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value).trim()]),
  )
  try {
    for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value)
  } catch (error) {
    throw unreadable('its token cannot be sent, it holds line breaks or the like', error)
  }
  const usesProxy = Boolean(config.getCurrentCluster()?.proxyUrl)
  return {
    headers,
    basicAuth: typeof options.auth === 'string' ? options.auth : null,
    tls: {
      ca: pemFrom(options.ca),
      cert: pemFrom(options.cert),
      key: pemFrom(options.key),
      servername: options.servername ?? null,
    },
    proxyAgent: usesProxy && typeof options.agent === 'object' ? (options.agent as Agent) : null,
  }
}

function admissionReason(config: KubeConfig, error: unknown): string {
  const command = textAt(config.getCurrentUser()?.exec, 'command')
  if (!command) return `its credentials: ${fileReason(error)}`
  const name = command.split(sep).at(-1)
  return codeOf(error) === 'ENOENT'
    ? `its exec plugin "${name}" is not installed here`
    : `its exec plugin "${name}" gave no credentials`
}

/** One answer for all who ask while it is being found out: an exec plugin runs once, not once a request. */
function shared<T>(find: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | null = null
  return () => {
    pending ??= find().finally(() => {
      pending = null
    })
    return pending
  }
}

function pemFrom(value: unknown): string | null {
  if (typeof value === 'string') return value
  return Buffer.isBuffer(value) ? value.toString('utf8') : null
}

function fileReason(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'the file does not exist'
    case 'EISDIR':
      return 'it is a directory'
    case 'EACCES':
    case 'EPERM':
      return 'Reagent may not read the file'
    default:
      return 'the file cannot be read'
  }
}

function codeOf(error: unknown): string | null {
  return textAt(error, 'code')
}
