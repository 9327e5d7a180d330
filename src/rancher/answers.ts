import * as z from 'zod'
import { Secret } from '../observe/index.ts'
import type { RancherCluster, Registration } from './contract.ts'

/** Fields that Rancher leaves out, or sends as null, until it knows them. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
const textOrNull = z
  .string()
  .nullish()
  .transform((value) => value || null)

const condition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']).catch('Unknown'),
  reason: text,
  message: text,
  lastUpdateTime: textOrNull,
})

/** `GET /v3/clusters/<id>`; `conditions` is absent on a cluster that was just created (cluster-custom-created.json). */
export const clusterAnswer = z
  .object({
    id: z.string(),
    name: text,
    state: text,
    transitioning: text,
    transitioningMessage: text,
    conditions: z.array(condition).nullish(),
    driver: text,
    provider: text,
    agentFeatures: z.record(z.string(), z.boolean().catch(false)).nullish(),
    annotations: z.record(z.string(), z.string().catch('')).nullish(),
    internal: z.boolean().nullish(),
    apiEndpoint: textOrNull,
    caCert: textOrNull,
    version: z.object({ gitVersion: textOrNull }).nullish(),
  })
  .transform(
    ({
      transitioningMessage,
      conditions,
      internal,
      caCert,
      version,
      agentFeatures,
      annotations,
      ...same
    }): RancherCluster => ({
      ...same,
      message: transitioningMessage,
      conditions: conditions ?? [],
      internal: internal ?? false,
      agentFeatures: agentFeatures ?? null,
      annotations: annotations ?? {},
      apiServerCaPem: caCert === null ? null : Buffer.from(caCert, 'base64').toString(),
      kubernetesVersion: version?.gitVersion ?? null,
    }),
  )

/** `GET /v3/settings/<name>`; an empty `value` means that `default` applies. */
export const settingAnswer = z
  .object({ value: text, default: text })
  .transform((setting) => setting.value || setting.default)

/** `GET /v3/tokens/<name>`: `expiresAt` is empty for a token without an end (token-root.json). */
export const tokenAnswer = z.object({ userId: textOrNull, expiresAt: textOrNull })

/** One of `GET /v3/clusterregistrationtokens`; the token is empty for a moment after creation. */
export const registrationAnswer = z
  .object({ id: z.string(), name: text, clusterId: text, token: text })
  .transform(({ token, ...same }): Registration & { readonly isFilled: boolean } => ({
    ...same,
    token: new Secret(token),
    isFilled: token !== '',
  }))

/** `GET /rancherversion` (rancherversion.json of 2.12.0, whose `server-version` says `dev`). */
export const rancherVersionAnswer = z.object({ Version: text }).transform(({ Version }) => Version)
