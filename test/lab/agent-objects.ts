import { createHash } from 'node:crypto'

/** What an agent manifest of Rancher 2.1.5 holds, in API versions of today. */
export function agentObjects(options: {
  readonly rancherUrl: string
  readonly token: string
  /** `''`: no checksum. */
  readonly caPem: string
  readonly secretName?: string
  readonly image?: string
}): readonly object[] {
  const { rancherUrl, token, caPem, secretName = 'cattle-credentials-abc' } = options
  const { image = 'rancher/rancher-agent:v2.1.5' } = options
  const namespace = 'cattle-system'
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const workload = (kind: string, name: string, app: string, env: readonly object[]) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app } },
        spec: {
          serviceAccountName: 'cattle',
          containers: [
            {
              name: kind === 'Deployment' ? 'cluster-register' : 'agent',
              image,
              env: [
                { name: 'CATTLE_SERVER', value: rancherUrl },
                { name: 'CATTLE_CA_CHECKSUM', value: caPem === '' ? '' : checksumOf(caPem) },
                { name: 'CATTLE_CLUSTER', value: String(kind === 'Deployment') },
                { name: 'CATTLE_K8S_MANAGED', value: 'true' },
                ...env,
              ],
              volumeMounts: [
                { name: 'cattle-credentials', mountPath: '/cattle-credentials', readOnly: true },
              ],
            },
          ],
          volumes: [{ name: 'cattle-credentials', secret: { secretName } }],
        },
      },
    },
  })
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'cattle', namespace } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secretName, namespace },
      type: 'Opaque',
      data: { url: base64(rancherUrl), token: base64(token) },
    },
    workload('Deployment', 'cattle-cluster-agent', 'cattle-cluster-agent', []),
    workload('DaemonSet', 'cattle-node-agent', 'cattle-agent', [
      { name: 'CATTLE_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      { name: 'CATTLE_AGENT_CONNECT', value: 'true' },
    ]),
  ]
}

/** SHA-256 of a CA as the agent computes it: with one line feed at the end. */
export function checksumOf(caPem: string): string {
  return createHash('sha256').update(`${caPem.trimEnd()}\n`).digest('hex')
}
