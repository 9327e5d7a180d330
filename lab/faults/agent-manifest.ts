import type { LabCluster } from '../cluster/index.ts'

/** A manifest with another address of Rancher in it, in clear and in its Secret. */
export function withServer(manifest: string, from: string, to: string): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return manifest.replaceAll(from, to).replaceAll(base64(from), base64(to))
}

export const AGENT_WORKLOADS = [
  { kind: 'Deployment', resource: 'deployments', name: 'cattle-cluster-agent' },
  { kind: 'DaemonSet', resource: 'daemonsets', name: 'cattle-node-agent' },
] as const

/** `kubectl set env` on the agents that there are. */
export async function setAgentEnv(
  cluster: LabCluster,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await changePodTemplates(cluster, (container) => ({
    containers: [
      { name: container, env: Object.entries(env).map(([name, value]) => ({ name, value })) },
    ],
  }))
}

/**
 * Deletes the agents. Whoever installs others with something wrong in them loses the cluster only so: over agents that work, the
 * Deployment would keep the old pod until the new one is ready.
 */
export async function deleteAgents(cluster: LabCluster): Promise<void> {
  for (const { kind, name } of AGENT_WORKLOADS) {
    await cluster.deleteObject({ apiVersion: 'apps/v1', kind, namespace: 'cattle-system', name })
  }
}

/** Patches `spec` of the pod templates of the agents that there are; `spec` is made for the name of the container. */
export async function changePodTemplates(
  cluster: LabCluster,
  spec: (container: string) => object,
  names: readonly string[] = AGENT_WORKLOADS.map(({ name }) => name),
): Promise<void> {
  for (const { kind, resource, name } of AGENT_WORKLOADS) {
    const ref = { apiVersion: 'apps/v1', kind, namespace: 'cattle-system', name }
    if (!names.includes(name) || (await cluster.find(ref)) === null) continue
    const container = kind === 'Deployment' ? 'cluster-register' : 'agent'
    const { status, text } = await cluster.api(
      'PATCH',
      `/apis/apps/v1/namespaces/cattle-system/${resource}/${name}`,
      { spec: { template: { spec: spec(container) } } },
      { 'Content-Type': 'application/strategic-merge-patch+json' },
    )
    if (status !== 200) throw new Error(`${name} could not be changed: ${text}`)
  }
}
