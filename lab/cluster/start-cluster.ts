import { createAnnouncer } from '../announcer.ts'
import { type Authority, createAuthority } from '../certificates/index.ts'
import { createAdmin, objectPathOf } from './admin.ts'
import { applyAsKubectl } from './apply-as-kubectl.ts'
import type { LabCluster, LabClusterOptions } from './contract.ts'
import { deleteNamespace } from './delete-namespace.ts'
import { openGate } from './gate.ts'
import { textAt } from './json.ts'
import { kubeconfigFor } from './kubeconfig.ts'
import { createKubelet } from './kubelet/kubelet.ts'
import { createPodLogs } from './kubelet/pod-logs.ts'
import { nodesOf, registerNodes } from './nodes.ts'
import { seededCharacters } from './seeded.ts'
import { startServer } from './start-server.ts'

const ONE_DAY_MS = 24 * 60 * 60 * 1000
const ONE_YEAR_MS = 365 * ONE_DAY_MS

/** Starts a Kubernetes 1.20.2 cluster on 127.0.0.1 whose namespace cattle-system comes to life; nothing is in it yet. */
export async function startCluster(options: LabClusterOptions = {}): Promise<LabCluster> {
  const closing: (() => Promise<void>)[] = []
  const close = async () => {
    for (const part of closing.splice(0)) await part()
  }
  try {
    return await startParts(options, (part) => closing.unshift(part), close)
  } catch (error) {
    await close()
    throw error
  }
}

async function startParts(
  options: LabClusterOptions,
  closeLater: (close: () => Promise<void>) => void,
  close: () => Promise<void>,
): Promise<LabCluster> {
  const { name = 'myk8s', kind = 'simulated', seed = 1, timeScale = 1 } = options
  const now = options.now ?? (() => new Date())
  const authority = createAuthority({ commonName: 'kube-ca', now: now() })
  const logs = createPodLogs()
  const { assetsDirectory } = options
  const server = await startServer({
    kind,
    assetsDirectory,
    name,
    seed,
    now,
    authority,
    readLog: logs.read,
  })
  closeLater(server.close)
  const admin = createAdmin(server.upstream)
  const nodes = nodesOf(options.nodes)
  const labelsOf = (node: string) =>
    options.nodes?.find((asked) => asked.name === node)?.labels ?? {}
  await registerNodes(admin, nodes, labelsOf, server.kubeletPort)

  const token = seededCharacters(seed, `token of ${name}`, 40)
  const opened = await openGate({ upstream: server.upstream, authority, token, now })
  closeLater(opened.close)
  const agentChange = createAnnouncer<void>()
  const kubelet = createKubelet({
    admin,
    upstream: server.upstream,
    logs,
    nodes,
    seed,
    timeScale,
    now,
    apiAddress: new URL(opened.server).host,
    apiServerCaPem: authority.certPem,
    onAgentChange: () => agentChange.announce(),
  })
  if (options.withoutKubelet !== true) {
    await kubelet.start()
    closeLater(kubelet.close)
  }
  const version = await admin.must('GET', '/version')
  const kubeSystem = await admin.must('GET', '/api/v1/namespaces/kube-system')
  const credential =
    options.credential === 'token' ? { token } : clientCertificate(authority, now())
  return {
    name,
    kind,
    kubeconfig: kubeconfigFor({
      name,
      server: opened.server,
      caPem: authority.certPem,
      credential,
    }),
    server: opened.server,
    caPem: authority.certPem,
    uid: textAt(kubeSystem, 'metadata', 'uid'),
    kubernetesVersion: textAt(version, 'gitVersion'),
    nodes,
    writes: opened.writes,
    gate: opened.gate,
    token,
    issueClient: ({ fromDaysAgo, days }) => {
      const from = new Date(now().getTime() - fromDaysAgo * ONE_DAY_MS)
      return clientCertificate(authority, from, days * ONE_DAY_MS)
    },
    async openOtherPort(serverAuthority) {
      const { upstream } = server
      const other = await openGate({ upstream, authority, token, now, serverAuthority })
      closeLater(other.close)
      return { url: other.server, gate: other.gate }
    },
    api: admin.api,
    applyAsKubectl: (objects) => applyAsKubectl(admin, objects),
    async find(ref) {
      const answer = await admin.api('GET', objectPathOf(ref))
      return answer.status === 200 ? answer.body : null
    },
    async deleteObject(ref) {
      if (ref.kind === 'Namespace') await deleteNamespace(admin, ref.name)
      else await admin.must('DELETE', objectPathOf(ref), undefined, 404)
    },
    async scale(ref, replicas) {
      await admin.merge(objectPathOf(ref), { spec: { replicas } }, 'kubectl-scale')
    },
    agents: kubelet.agents,
    onAgentChange: agentChange.subscribe,
    podLog: logs.linesOf,
    setImagePullable: kubelet.setImagePullable,
    crashAgents: kubelet.network.crashAll,
    blockEgress: kubelet.network.block,
    holdAgents: kubelet.network.hold,
    close,
  }
}

function clientCertificate(authority: Authority, now: Date, validForMs = ONE_YEAR_MS) {
  return authority.issue({
    commonName: 'lab-admin',
    organization: 'system:masters',
    dnsNames: [],
    ipAddresses: [],
    client: true,
    now,
    validForMs,
  })
}
