import * as z from 'zod'
import { duration } from './duration.ts'

const rancherUrl = z.url({
  protocol: /^https$/,
  error: 'expected an https address, such as https://rancher.example.com',
})

const team = z
  .string()
  .regex(/^[TE][A-Z0-9]+$/, 'expected a workspace id such as T012ABCDEF (or E… of an organisation)')

const person = z
  .string()
  .regex(
    /^(?:(?:[TE][A-Z0-9]+\/)?[UW][A-Z0-9]+|local\/[a-z_][a-z0-9_.-]*)$/i,
    'expected a Slack user id such as U012ABCDEF (or T…/U…), or local/ACCOUNT for the terminal',
  )

/** `reagent.yaml`: everything that is not a secret. Unknown keys are refused. */
export const fileSchema = z.strictObject({
  rancher: z
    .strictObject({
      /** Address of Rancher; `RANCHER_URL` wins. */
      url: rancherUrl.optional(),
      /** PEM file of the authority that Rancher's certificate is issued by; `RANCHER_CA_FILE` wins. */
      caFile: z.string().min(1).optional(),
      timeout: duration.default(10_000),
    })
    .prefault({}),
  /** By the name that Rancher shows: a kubeconfig that does not go through Rancher. */
  clusters: z
    .record(
      z.string().min(1),
      z.strictObject({ kubeconfig: z.string().min(1), timeout: duration.default(10_000) }),
    )
    .default({}),
  slack: z
    .strictObject({
      team: team.optional(),
      connection: z.enum(['http', 'socket']).default('http'),
    })
    .prefault({}),
  policy: z
    .strictObject({
      request: z.array(person).default([]),
      approve: z.array(person).default([]),
      approveAlone: z.array(person).default([]),
    })
    .prefault({}),
  approval: z
    .strictObject({
      expiresIn: duration.default(900_000),
      recheckEvery: duration.default(60_000),
    })
    .prefault({}),
  proof: z
    .strictObject({
      stableFor: duration.default(60_000),
      giveUpAfter: duration.default(600_000),
      lookEvery: duration.default(5_000),
    })
    .prefault({}),
  diagnosis: z.strictObject({ probeLimit: duration.default(4_000) }).prefault({}),
  queue: z
    .strictObject({
      concurrency: z.int().min(1).max(100).default(8),
      /** How long the job of a killed process stays locked before another one takes it up. */
      lock: duration.default(10_000),
      sweepEvery: duration.default(10_000),
    })
    .prefault({}),
})

export type ConfigFile = z.output<typeof fileSchema>

const VALUES = { 'rancher.url': rancherUrl, 'slack.team': team, 'policy person': person }

/** What is wrong with one value of the file; null when it will be accepted. */
export function problemWith(kind: keyof typeof VALUES, text: string): string | null {
  const parsed = VALUES[kind].safeParse(text)
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? 'is not accepted')
}
