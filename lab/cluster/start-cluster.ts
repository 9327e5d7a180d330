import { createAnnouncer } from '../announcer.ts'
import { type Authority, createAuthority } from '../certificates/index.ts'
import { AGENT_NAMESPACES, createAdmin, objectPathOf } from './admin.ts'
import { applyAsKubectl, applyServerSideAsKubectl } from './apply-as-kubectl.ts'
import type { LabCluster, LabClusterOptions } from './contract.ts'
import { deleteNamespace } from './delete-namespace.ts'
import { openGate } from './gate.ts'
import { textAt } from './json.ts'
import { kubeconfigFor } from './kubeconfig.ts'
import { createAgentNetwork } from './kubelet/agent-network.ts'
import { createKubelet } from './kubelet/kubelet.ts'
import { createPodLogs } from './kubelet/pod-logs.ts'
import { nodesOf, registerNodes } from './nodes.ts'
import { seededCharacters } from './seeded.ts'
import { startServer } from './start-server.ts'

const ONE_YEAR_MS = 365 * 24 * 60 * 60 * 1000

/** Starts a Kubernetes 1.20.2 cluster on 127.0.0.1 whose namespaces cattle-system and cattle-fleet-system come to life; nothing is in it yet. */
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
  const { distribution = 'imported' } = options
  const nodes = nodesOf(distribution, options.nodes)
  await registerNodes(admin, nodes, server.kubeletPort)

  const token = seededCharacters(seed, `token of ${name}`, 40)
  const opened = await openGate({ upstream: server.upstream, authority, token, now })
  closeLater(opened.close)
  const agentChange = createAnnouncer<void>()
  const network = createAgentNetwork()
  const kubelets = AGENT_NAMESPACES.map((namespace) =>
    createKubelet({
      admin,
      namespace,
      network,
      upstream: server.upstream,
      logs,
      nodes,
      seed,
      timeScale,
      now,
      apiAddress: new URL(opened.server).host,
      apiServerCaPem: authority.certPem,
      onAgentChange: () => agentChange.announce(),
    }),
  )
  if (options.withoutKubelet !== true) {
    await Promise.all(kubelets.map((kubelet) => kubelet.start()))
    for (const kubelet of kubelets) closeLater(kubelet.close)
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
    distribution,
    nodes,
    writes: opened.writes,
    gate: opened.gate,
    api: admin.api,
    applyAsKubectl: (objects) => applyAsKubectl(admin, objects),
    applyServerSideAsKubectl: (objects) => applyServerSideAsKubectl(admin, objects),
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
    agents: () => kubelets.flatMap((kubelet) => kubelet.agents()),
    onAgentChange: agentChange.subscribe,
    podLog: logs.linesOf,
    setImagePullable(image, isPullable) {
      for (const kubelet of kubelets) kubelet.setImagePullable(image, isPullable)
    },
    crashAgents: network.crashAll,
    blockEgress: network.block,
    holdAgents: network.hold,
    close,
  }
}

function clientCertificate(authority: Authority, now: Date) {
  return authority.issue({
    commonName: 'lab-admin',
    organization: 'system:masters',
    dnsNames: [],
    ipAddresses: [],
    client: true,
    now,
    validForMs: ONE_YEAR_MS,
  })
}
