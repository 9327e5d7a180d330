import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dump, loadAll } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accessOf,
  type CheckLine,
  type CheckParts,
  type ClusterRight,
  checkEverything,
  clusterRights,
  clusterRoleManifests,
  nameOfRight,
} from '../../src/checks/index.ts'
import {
  type Cluster,
  isKubernetesObject,
  type KubernetesObject,
  openCluster,
  textAt,
} from '../../src/cluster/index.ts'
import { adaptApiVersions, readManifest } from '../../src/manifest/index.ts'
import { asFailure, type Failure } from '../../src/recovery/index.ts'
import {
  type ApiServer,
  hasRealApiServer,
  removeAgents,
  startRealApiServer,
} from '../cluster/api-server.ts'
import { recorded } from '../fixtures/recorded.ts'

const signal = new AbortController().signal
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const WRITER = { run: 'r-rights', fence: 1 }

/** The agents of a current Rancher and the node agent of an old one: every kind that a manifest may have. */
const manifest = [
  ...readManifest(recorded('rancher-v2.12.0/import.yaml')),
  ...readManifest(recorded('rancher-v2.1.5/import.yaml')).filter(
    ({ kind }) => kind === 'DaemonSet',
  ),
]

describe.runIf(hasRealApiServer)('the rights that reagent rbac prints', () => {
  let server: ApiServer
  let folder: string
  let cluster: Cluster
  let objects: readonly KubernetesObject[]

  beforeAll(async () => {
    server = await startRealApiServer()
    folder = await mkdtemp(join(tmpdir(), 'reagent-rights-'))
    const admin = await open(server.kubeconfigPath)
    objects = adaptApiVersions(manifest, await admin.served(signal)).objects
    admin.close()
    await allow(clusterRights)
    cluster = await open(await kubeconfigOfReagent())
  }, 90_000)
  afterAll(async () => {
    cluster?.close()
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const open = (path: string) =>
    openCluster({
      source: { kind: 'file', path },
      timeoutMs: 5_000,
      fingerprintKey: new Uint8Array(32),
    })

  /** Applies the printed YAML of these rights, as an administrator would. */
  async function allow(rights: readonly ClusterRight[], install = true): Promise<void> {
    for (const object of loadAll(clusterRoleManifests({ install }, rights))) {
      if (!isKubernetesObject(object)) continue
      const { kind, metadata } = object
      const inNamespace = metadata.namespace ? `/namespaces/${metadata.namespace}` : ''
      const root = object.apiVersion === 'v1' ? '/api/v1' : RBAC
      const collection = `${root}${inNamespace}/${kind.toLowerCase()}s`
      const { status } = await server.request('POST', collection, object)
      if (status === 409 && kind.endsWith('Role')) {
        await server.request('PUT', `${collection}/${metadata.name}`, object)
      }
    }
  }

  async function kubeconfigOfReagent(): Promise<string> {
    const path = '/api/v1/namespaces/reagent/serviceaccounts/reagent/token'
    const { json } = await server.request('POST', path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {},
    })
    const file = join(folder, 'kubeconfig.yaml')
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'reagent',
      contexts: [{ name: 'reagent', context: { cluster: 'one', user: 'reagent' } }],
      clusters: [
        {
          name: 'one',
          cluster: {
            server: server.server,
            'certificate-authority-data': Buffer.from(server.caPem).toString('base64'),
          },
        },
      ],
      users: [{ name: 'reagent', user: { token: textAt(json, 'status', 'token') } }],
    }
    await writeFile(file, dump(kubeconfig), { mode: 0o600 })
    return file
  }

  /** RBAC follows its roles with a little delay. */
  async function untilMissing(rights: readonly ClusterRight[]): Promise<void> {
    const missing = async () => {
      const asked = clusterRights.map((right) => ({ right, access: accessOf(right) }))
      const refused = await cluster.missingAccess(
        asked.map(({ access }) => access),
        signal,
      )
      return asked.flatMap(({ right, access }) =>
        refused.includes(access) ? [nameOfRight(right)] : [],
      )
    }
    await expect.poll(missing, { timeout: 10_000 }).toEqual(rights.map(nameOfRight))
  }

  async function without<T>(right: ClusterRight, work: () => Promise<T>): Promise<T> {
    await allow(clusterRights.filter((one) => one !== right))
    try {
      await untilMissing([right])
      return await work()
    } finally {
      await allow(clusterRights)
      await untilMissing([])
    }
  }

  async function plan() {
    const live = await cluster.read(objects, signal)
    return cluster.preview(objects, signal, live)
  }

  async function apply(): Promise<void> {
    const { prepared } = await plan()
    await cluster.keepPrevious(prepared, WRITER, signal)
    for (const object of prepared) await cluster.write(object, WRITER, signal)
  }

  it('are enough to install the agents from nothing, and to change and diagnose them', async () => {
    await untilMissing([])
    await apply()
    const { clusterAgent } = await cluster.observeAgents(signal)
    expect(clusterAgent?.credentials).toMatchObject({ exists: true })
    const changed = objects.map((object) =>
      object.kind === 'Deployment'
        ? { ...object, spec: { ...Object(object.spec), replicas: 2 } }
        : object,
    )
    const { prepared } = await cluster.preview(changed, signal)
    await cluster.keepPrevious(prepared, { ...WRITER, run: 'r-change' }, signal)
    for (const object of prepared) await cluster.write(object, WRITER, signal)
    expect((await cluster.identity(signal)).uid).toMatch(/^[0-9a-f-]{36}$/)
  })

  const forRepair = clusterRights.filter(({ feature }) => feature !== 'install')
  it.each(forRepair.map((right) => ({ name: nameOfRight(right), right })))(
    'are no more than needed: without “$name” a recovery says so',
    async ({ name, right }) => {
      const gone = right.verb === 'create' ? objects.find(({ kind }) => kind === right.kind) : null
      if (gone) await remove(gone)
      if (right.feature === 'diagnose') {
        const line = await without(right, rightsLine)
        expect(line?.detail).toBe(
          `enough for a recovery, but may not ${name}: a diagnosis sees less`,
        )
        return
      }
      const failure = await without(right, () =>
        failureOf(right.feature === 'identify' ? identify : plan),
      )
      if (gone) await apply()
      expect(failure?.code).toBe('cluster.forbidden')
      const verb = right.verb === 'get' ? 'read' : right.verb
      expect(failure?.message).toMatch(
        new RegExp(
          `may not ${verb} ${right.kind} .*${name.includes('kube-system') ? 'kube-system' : ''}`,
        ),
      )
    },
  )

  /** What `reagent check` says of the rights. */
  async function rightsLine(): Promise<CheckLine | undefined> {
    const parts: CheckParts = {
      configuration: 'reagent.yaml',
      role: 'worker',
      data: { directory: folder, isUsed: false, signingKeyFile: null },
      redis: { kind: 'private', findProgram: () => '' },
      rancher: null,
      clusters: new Map([['myk8s', async () => cluster]]),
      slack: null,
      policy: { request: new Set(), approve: new Set(), approveAlone: new Set() },
      clock: () => new Date(),
    }
    for await (const line of checkEverything(parts, 'myk8s', signal)) {
      if (line.what.endsWith(': rights')) return line
    }
    return undefined
  }

  const identify = () => cluster.identity(signal)

  async function remove({ kind, metadata }: KubernetesObject): Promise<void> {
    const root = kind === 'Secret' || kind === 'Service' ? '/api/v1' : '/apis/apps/v1'
    const collection = `${root}/namespaces/cattle-system/${kind.toLowerCase()}s`
    await server.request('DELETE', `${collection}/${metadata.name}`)
  }

  const forInstall = clusterRights.filter(({ feature }) => feature === 'install')
  it.each(forInstall.map((right) => ({ name: nameOfRight(right), right })))(
    'are no more than needed: without “$name” nothing can be installed, and that is said',
    async ({ right }) => {
      await removeAgents(server)
      const failure = await without(right, () => failureOf(apply))
      expect(failure?.code).toBe('cluster.forbidden')
      expect(failure?.message).toMatch(
        right.verb === 'create'
          ? new RegExp(`may not create ${right.kind} `)
          : /nobody may give rights that it does not have itself/,
      )
    },
  )

  it('are enough without the part for an installation while namespace and role are there', async () => {
    await apply()
    await allow([])
    await allow(forRepair, false)
    await untilMissing(forInstall)
    await expect(plan()).resolves.toMatchObject({ restartsPods: 0 })
  })
})

async function failureOf(work: () => Promise<unknown>): Promise<Failure | null> {
  try {
    await work()
    return null
  } catch (error) {
    return asFailure(error)
  }
}
