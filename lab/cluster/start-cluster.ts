import { createAnnouncer } from '../announcer.ts'
import { type Authority, createAuthority } from '../certificates/index.ts'
import { AGENT_NAMESPACES, createAdmin } from './admin.ts'
import { applyAsKubectl, applyServerSideAsKubectl } from './apply-as-kubectl.ts'
import type { LabCluster, LabClusterOptions } from './contract.ts'
import { deleteNamespace } from './delete-namespace.ts'
import { openGate } from './gate.ts'
import { textAt } from './json.ts'
import { kubeconfigFor } from './kubeconfig.ts'
import { createAgentNetwork } from './kubelet/agent-network.ts'
import { createKubelet } from './kubelet/kubelet.ts'
import { createPodLogs } from './kubelet/pod-logs.ts'
import { createTrouble } from './kubelet/trouble.ts'
import { nodesOf, registerNodes } from './nodes.ts'
import { playOlderServer } from './older-server.ts'
import { seededCharacters } from './seeded.ts'
import { catalogs } from './simulated/releases.ts'
import { startServer } from './start-server.ts'

const ONE_DAY_MS = 24 * 60 * 60 * 1000
const ONE_YEAR_MS = 365 * ONE_DAY_MS

/**
 * Starts a Kubernetes cluster, of 1.20.2 where nothing else is asked for, on 127.0.0.1 whose namespaces cattle-system and
 * cattle-fleet-system come to life; nothing is in it yet.
 */
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
  const { assetsDirectory, kubernetesVersion: release = '1.20' } = options
  // A real one stays what it is: of an older release it only plays the behaviour.
  const catalog = catalogs[kind === 'real' ? '1.20' : release]
  const server = await startServer({
    kind,
    assetsDirectory,
    name,
    seed,
    now,
    authority,
    readLog: logs.read,
    catalog,
  })
  closeLater(server.close)
  const upstream = playOlderServer(server.upstream, catalogs[release], release, options.dryRun)
  const admin = createAdmin(upstream, catalog)
  const { distribution = 'imported' } = options
  const nodes = nodesOf(distribution, options.nodes)
  await registerNodes(admin, nodes, server.kubeletPort)

  const token = seededCharacters(seed, `token of ${name}`, 40)
  const opened = await openGate({ upstream, catalog, authority, token, now })
  closeLater(opened.close)
  const agentChange = createAnnouncer<void>()
  const network = createAgentNetwork()
  const trouble = createTrouble(admin)
  const kubelets = AGENT_NAMESPACES.map((namespace) =>
    createKubelet({
      admin,
      namespace,
      network,
      trouble,
      upstream,
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
    token,
    issueClient: ({ fromDaysAgo, days }) => {
      const from = new Date(now().getTime() - fromDaysAgo * ONE_DAY_MS)
      return clientCertificate(authority, from, days * ONE_DAY_MS)
    },
    async openOtherPort(serverAuthority) {
      const other = await openGate({ upstream, catalog, authority, token, now, serverAuthority })
      closeLater(other.close)
      return { url: other.server, gate: other.gate }
    },
    api: admin.api,
    applyAsKubectl: (objects) => applyAsKubectl(admin, objects),
    applyServerSideAsKubectl: (objects) => applyServerSideAsKubectl(admin, objects),
    async find(ref) {
      const answer = await admin.api('GET', admin.objectPathOf(ref))
      return answer.status === 200 ? answer.body : null
    },
    async deleteObject(ref) {
      if (ref.kind === 'Namespace') await deleteNamespace(admin, ref.name)
      else await admin.must('DELETE', admin.objectPathOf(ref), undefined, 404)
    },
    async scale(ref, replicas) {
      await admin.merge(admin.objectPathOf(ref), { spec: { replicas } }, 'kubectl-scale')
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
    trouble,
    changeRoad: network.changeRoad,
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
