import type { LabCluster } from '../cluster/index.ts'

export const AGENT_WORKLOADS = [
  { kind: 'Deployment', resource: 'deployments', name: 'cattle-cluster-agent' },
  { kind: 'DaemonSet', resource: 'daemonsets', name: 'cattle-node-agent' },
] as const

type Workload = (typeof AGENT_WORKLOADS)[number]
type Environment = Readonly<Record<string, string>>

const PATH = '/apis/apps/v1/namespaces/cattle-system'
const SECRETS = '/api/v1/namespaces/cattle-system/secrets'
const STRATEGIC_MERGE = { 'Content-Type': 'application/strategic-merge-patch+json' }
const MERGE = { 'Content-Type': 'application/merge-patch+json' }

export const refOf = ({ kind, name }: Workload) =>
  ({ apiVersion: 'apps/v1', kind, namespace: 'cattle-system', name }) as const

const containerOf = ({ kind }: Workload) => (kind === 'Deployment' ? 'cluster-register' : 'agent')

const variables = (env: Environment) =>
  Object.entries(env).map(([name, value]) => ({ name, value }))

/** `kubectl set env` on the agents that there are: their pods are replaced as their workloads say. */
export function setAgentEnv(cluster: LabCluster, env: Environment): Promise<void> {
  return changePodTemplates(cluster, (name) => ({ containers: [{ name, env: variables(env) }] }))
}

/** Patches the pod templates of the agents that there are; `spec` is made for the name of the container. */
export async function changePodTemplates(
  cluster: LabCluster,
  spec: (container: string) => object,
  workloads: readonly Workload[] = AGENT_WORKLOADS,
): Promise<void> {
  for (const workload of workloads) {
    if ((await cluster.find(refOf(workload))) === null) continue
    const patch = { spec: { template: { spec: spec(containerOf(workload)) } } }
    const path = `${PATH}/${workload.resource}/${workload.name}`
    const { status, text } = await cluster.api('PATCH', path, patch, STRATEGIC_MERGE)
    if (status !== 200) throw new Error(`${workload.name} could not be changed: ${text}`)
  }
}

/**
 * Deletes the agents and makes them again with other variables. Whoever installs agents with something wrong in them loses the
 * cluster only so: over agents that work, the Deployment keeps the old pod until the new one is ready.
 */
export async function recreateAgents(cluster: LabCluster, env: Environment): Promise<void> {
  for (const workload of AGENT_WORKLOADS) {
    const live = (await cluster.find(refOf(workload))) as {
      readonly metadata: Readonly<Record<string, unknown>>
      readonly spec: object
    } | null
    if (live === null) continue
    await cluster.deleteObject(refOf(workload))
    const { name, namespace, labels, annotations } = live.metadata
    await cluster.api('POST', `${PATH}/${workload.resource}`, {
      apiVersion: 'apps/v1',
      kind: workload.kind,
      metadata: { name, namespace, labels, annotations },
      spec: withVariables(live.spec, containerOf(workload), env),
    })
  }
}

function withVariables(spec: object, container: string, env: Environment): unknown {
  const copy = structuredClone(spec) as {
    template: { spec: { containers: { name: string; env?: { name: string }[] }[] } }
  }
  for (const found of copy.template.spec.containers) {
    if (found.name !== container) continue
    const others = (found.env ?? []).filter(({ name }) => !(name in env))
    found.env = [...others, ...variables(env)]
  }
  return copy
}

/** Names of the Secrets that agents take their credentials from. */
export async function credentialsSecrets(cluster: LabCluster): Promise<readonly string[]> {
  const { body } = await cluster.api('GET', SECRETS)
  const secrets = (body.items ?? []) as readonly { readonly metadata: { readonly name: string } }[]
  return secrets
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith('cattle-credentials-'))
}

/** Changes `url` or `token` of the agents' credentials. */
export async function changeCredentials(
  cluster: LabCluster,
  change: Partial<Record<'url' | 'token', string>>,
): Promise<void> {
  const data = Object.fromEntries(
    Object.entries(change).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  )
  for (const name of await credentialsSecrets(cluster)) {
    await cluster.api('PATCH', `${SECRETS}/${name}`, { data }, MERGE)
  }
}
