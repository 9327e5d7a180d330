import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startCluster } from '../../lab/cluster/index.ts'
import { openCluster, textAt } from '../../src/cluster/index.ts'
import { type ApiServer, hasRealApiServer, startRealApiServer } from '../cluster/api-server.ts'
import { recorded } from '../fixtures/recorded.ts'
import { type Lab, linesOf, remarks, said, startLab } from './support/lab.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const RIGHTS = 'Cluster myk8s: rights'

let lab: Lab
beforeAll(async () => {
  lab = await startLab()
  // A Rancher that supports the Kubernetes version of the lab's cluster, so that nothing is said about that pair.
  lab.rancher.setSetting('server-version', 'v2.5.6')
})
afterEach(() => {
  lab.cluster.gate.forbid(null)
  lab.cluster.gate.hang(false)
})
afterAll(() => lab.close())

const RESOURCES: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  Secret: 'secrets',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Deployment: 'deployments',
  DaemonSet: 'daemonsets',
}

describe('reagent check of a cluster', () => {
  it('names the right that is missing, for every kind that an agent manifest has', async () => {
    const kinds = new Set(
      loadAll(recorded('rancher-v2.1.5/import.yaml')).map((object) => textAt(object, 'kind') ?? ''),
    )
    expect(kinds.size).toBe(7)
    for (const kind of kinds) {
      const one = new RegExp(`/${RESOURCES[kind]}/[^/]+$`)
      lab.cluster.gate.forbid((method, path) => method === 'PATCH' && one.test(path))
      const lines = await linesOf(lab.parts, 'myk8s')
      expect(remarks(lines), kind).toEqual([`✗ ${RIGHTS}`])
      expect(said(lines, RIGHTS)).toMatch(
        new RegExp(`may not .*patch ${kind}\\b.*: a recovery would fail`),
      )
    }
  })

  it('says what a diagnosis does not see for want of a right', async () => {
    lab.cluster.gate.forbid((_method, path) => path.endsWith('/log'))
    const lines = await linesOf(lab.parts, 'myk8s')
    expect(remarks(lines)).toEqual([`! ${RIGHTS}`])
    expect(said(lines, RIGHTS)).toContain('may not read the logs of Pods in cattle-system')
  })

  it('refuses a kubeconfig of another cluster', async () => {
    const other = await startCluster({ withoutKubelet: true, seed: 2 })
    await writeFile(join(lab.folder, 'other.yaml'), other.kubeconfig, { mode: 0o600 })
    const clusters = new Map([['myk8s', lab.open('other.yaml')]])
    const lines = await linesOf({ ...lab.parts, clusters })
    await other.close()
    expect(remarks(lines)).toEqual(['✗ Cluster myk8s: identity'])
    expect(said(lines, 'Cluster myk8s: identity')).toMatch(
      new RegExp(`leads to ${other.server} .*but Rancher means ${lab.cluster.server}`),
    )
  })

  it('names a cluster that Rancher does not know, and the nearest that it does', async () => {
    const clusters = new Map([
      ['myk8s', lab.open('kubeconfig.yaml')],
      ['myk9s', lab.open('kubeconfig.yaml')],
    ])
    const lines = await linesOf({ ...lab.parts, clusters })
    expect(remarks(lines)).toEqual(['✗ Cluster myk9s: identity'])
    expect(said(lines, 'Cluster myk9s: identity')).toMatch(/knows no cluster.*mean myk8s/)
  })

  it('says which kubeconfig cannot be read, and that a server is not there', async () => {
    const gone = lab.cluster.kubeconfig.replaceAll(lab.cluster.server, 'https://127.0.0.1:1')
    await writeFile(join(lab.folder, 'gone.yaml'), gone, { mode: 0o600 })
    const clusters = new Map([
      ['myk8s', lab.open('gone.yaml')],
      ['other', lab.open('missing.yaml')],
    ])
    const lines = await linesOf({ ...lab.parts, clusters })
    expect(remarks(lines)).toEqual(['✗ Cluster myk8s', '✗ Cluster other'])
    expect(said(lines, 'Cluster myk8s')).toContain('https://127.0.0.1:1')
    expect(said(lines, 'Cluster other')).toContain('missing.yaml')
  })

  it('waits for an API server that hangs no longer than its limit', async () => {
    lab.cluster.gate.hang()
    const lines = await linesOf({ ...lab.parts, limitMs: 500 })
    expect(remarks(lines)).toEqual(['✗ Cluster myk8s'])
  })

  it('warns of a client certificate that ends soon', async () => {
    const clock = () => new Date(Date.now() + 355 * DAY_MS)
    const what = 'Cluster myk8s: credential'
    expect(said(await linesOf(lab.parts), what)).toMatch(
      /certificate good until .* \(in 36\d days\)/,
    )
    const lines = await linesOf({ ...lab.parts, clock })
    expect(remarks(lines)).toContain(`! ${what}`)
    expect(said(lines, what)).toMatch(/\(in \d days\) → Write a new kubeconfig in time/)
  })

  it('says that nothing shows whether it is the right one before the first contact', async () => {
    lab.rancher.addCluster({ name: 'new' })
    const clusters = new Map([
      ['myk8s', lab.open('kubeconfig.yaml')],
      ['new', lab.open('kubeconfig.yaml')],
    ])
    const lines = await linesOf({ ...lab.parts, clusters })
    expect(remarks(lines)).toEqual(['! Cluster new: identity'])
  })
})

describe.runIf(hasRealApiServer)('reagent check of a cluster with RBAC', () => {
  let server: ApiServer
  beforeAll(async () => {
    server = await startRealApiServer()
  }, 90_000)
  afterAll(() => server.stop())

  const open = (path: string) => async () =>
    openCluster({
      source: { kind: 'file', path },
      timeoutMs: 5_000,
      fingerprintKey: new Uint8Array(32),
    })

  it('finds an administrator’s kubeconfig well, and names what a lesser user may not', async () => {
    const { rancher: _rancher, ...rest } = lab.parts
    const parts = { ...rest, rancher: null }
    const admin = await linesOf(
      { ...parts, clusters: new Map([['myk8s', open(server.kubeconfigPath)]]) },
      'myk8s',
    )
    expect(said(admin, RIGHTS)).toBe('all that a diagnosis and a recovery need → ')

    const kubeconfig = await server.kubeconfigWithoutRights()
    const rule = (apiGroups: string[], resources: string[], verbs: string[]) => ({
      apiGroups,
      resources,
      verbs,
    })
    await server.request('POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'reagent-test' },
      rules: [
        rule([''], ['*'], ['*']),
        rule(['apps'], ['daemonsets'], ['*']),
        rule(['apps'], ['deployments'], ['get', 'patch']),
        rule(['rbac.authorization.k8s.io'], ['*'], ['get', 'create', 'patch']),
      ],
    })
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reagent-test' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reagent-test' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'nobody' }],
    }
    await server.request('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', binding)
    const look = () =>
      linesOf({ ...parts, clusters: new Map([['myk8s', open(kubeconfig)]]) }, 'myk8s')
    await expect
      .poll(async () => said(await look(), RIGHTS), { timeout: 10_000 })
      .toMatch(/^may not create Deployment in cattle-system: a recovery would fail/)

    const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles/reagent-test'
    const { json } = await server.request('GET', roles)
    const rules = [
      rule(['', 'apps'], ['*'], ['*']),
      rule(['rbac.authorization.k8s.io'], ['*'], ['get', 'create', 'patch']),
      rule(['scheduling.k8s.io'], ['priorityclasses'], ['get']),
      rule(['admissionregistration.k8s.io'], ['*'], ['list']),
    ]
    await server.request('PUT', roles, { ...json, rules })
    await expect
      .poll(async () => said(await look(), RIGHTS), { timeout: 10_000 })
      .toMatch(
        /^enough while the agents’ namespace and role are there, but may not escalate ClusterRole/,
      )
  })
})
