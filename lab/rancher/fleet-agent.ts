import type { JsonObject } from './recorded.ts'
import type { Settings } from './settings.ts'

const NAMESPACE = 'cattle-fleet-system'
const base64 = (text: string) => Buffer.from(text).toString('base64')

/**
 * What Rancher's Fleet puts into a cluster: an agent that trusts the settings `internal-cacerts` and `internal-server-url`, or the
 * public pair where they are empty. Not recorded: names as in `fleet:internal/manifest/agent` and the reference.
 */
export function fleetAgent(settings: Settings): readonly JsonObject[] {
  const apiServerUrl = settings.value('internal-server-url') || settings.value('server-url')
  const apiServerCa = settings.value('internal-cacerts') || settings.value('cacerts')
  const labels = { app: 'fleet-agent' }
  const named = (apiVersion: string, kind: string, name: string, rest: JsonObject) => ({
    apiVersion,
    kind,
    metadata: { name, namespace: NAMESPACE },
    ...rest,
  })
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    named('v1', 'ServiceAccount', 'fleet-agent', {}),
    named('v1', 'Secret', 'fleet-agent', {
      type: 'Opaque',
      data: { apiServerURL: base64(apiServerUrl), apiServerCA: base64(apiServerCa) },
    }),
    named('apps/v1', 'Deployment', 'fleet-agent', {
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: 'fleet-agent',
            containers: [
              {
                name: 'fleet-agent',
                image: 'rancher/fleet-agent:v0.13.0',
                env: [{ name: 'NAMESPACE', value: NAMESPACE }],
                volumeMounts: [{ name: 'credentials', mountPath: '/fleet-agent', readOnly: true }],
              },
            ],
            volumes: [{ name: 'credentials', secret: { secretName: 'fleet-agent' } }],
          },
        },
      },
    }),
  ]
}
