import * as z from 'zod'
import type { KubernetesObject } from './kustomize.ts'

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) })

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })),
  volumeMounts: z.array(
    z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().default(false) }),
  ),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  resources: z.object({
    requests: z.record(z.string(), z.string()),
    limits: z.record(z.string(), z.string()),
  }),
  securityContext: z.looseObject({}),
  lifecycle: z.looseObject({}).optional(),
})

const volumeSchema = z.looseObject({
  name: z.string(),
  secret: z.object({ secretName: z.string() }).optional(),
})

const deploymentSchema = z.looseObject({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    replicas: z.int(),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        serviceAccountName: z.string(),
        automountServiceAccountToken: z.boolean(),
        terminationGracePeriodSeconds: z.int(),
        securityContext: z.looseObject({}),
        containers: z.tuple([containerSchema]),
        volumes: z.array(volumeSchema),
      }),
    }),
  }),
})

/** A Deployment of Reagent, with its one container. */
export type Workload = z.output<typeof deploymentSchema>

/** The Deployment of a role. */
export function workload(objects: readonly KubernetesObject[], role: 'bot' | 'worker'): Workload {
  const found = objects.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === `reagent-${role}`,
  )
  return deploymentSchema.parse(found)
}
