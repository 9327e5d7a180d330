export const NAMESPACE = 'contract'
export const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
export const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`

export function configMap(name: string, data?: Readonly<Record<string, string>>, metadata = {}) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: NAMESPACE, ...metadata },
    ...(data && { data }),
  }
}

/** A Deployment shaped like the cluster agent's. */
export function deployment(
  name: string,
  options: {
    readonly env?: Readonly<Record<string, string>>
    readonly tolerations?: readonly object[]
    readonly secretName?: string
    readonly image?: string
    readonly metadata?: object
  } = {},
) {
  const { env = {}, tolerations, secretName, image = 'rancher/rancher-agent:v2.1.5' } = options
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE, ...options.metadata },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          ...(tolerations && { tolerations }),
          containers: [
            {
              name: 'agent',
              image,
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              ...(secretName && {
                volumeMounts: [{ name: 'credentials', mountPath: '/credentials', readOnly: true }],
              }),
            },
          ],
          ...(secretName && { volumes: [{ name: 'credentials', secret: { secretName } }] }),
        },
      },
    },
  }
}
