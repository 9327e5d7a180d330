import { readFileSync } from 'node:fs'
import * as z from 'zod'
import type { AgentWorkload } from '../../../src/cluster/index.ts'
import type { Observations } from '../../../src/diagnosis/index.ts'
import { rancherVersionOf } from '../../../src/rancher/index.ts'
import {
  agents,
  certificate,
  clusterAgent,
  lostCluster,
  nodeAgent,
  observations,
  pod,
  seen,
  settings,
  unseen,
} from '../builders.ts'

const texts = z.record(z.string(), z.string())
const pods = z.array(z.strictObject({ node: z.string(), logLines: z.array(z.string()) }))
const workload = z.strictObject({
  env: texts.optional(),
  image: z.string().optional(),
  rolledOut: z.boolean().optional(),
  credentials: z
    .strictObject({
      secretName: z.string().nullable(),
      exists: z.boolean(),
      url: z.string().nullable(),
      tokenFingerprint: z.string().nullable(),
    })
    .optional(),
  /** What every pod of it logged. */
  logLines: z.array(z.string()).optional(),
  pods: pods.optional(),
})
const judged = z.strictObject({
  verdict: z.strictObject({ trusted: z.literal(false), reason: z.string() }),
})
const condition = z.strictObject({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  lastUpdateTime: z.string(),
})

/** What is seen of a cluster, as far as it differs from one that Rancher has lost though everything looks right. */
const scene = z.strictObject({
  /** Why a scene in which a rule is silent differs from the one in which it fires. */
  because: z.string().optional(),
  version: z.string(),
  record: z
    .strictObject({
      state: z.string().optional(),
      transitioning: z.string().optional(),
      message: z.string().optional(),
      driver: z.string().optional(),
      provider: z.string().optional(),
      conditions: z.array(condition).optional(),
    })
    .optional(),
  settings: z
    .strictObject({
      serverUrl: z.string().optional(),
      caCerts: z.string().optional(),
      caChecksum: z.string().optional(),
      agentImage: z.string().optional(),
    })
    .optional(),
  ping: z.literal('rancher.unreachable').optional(),
  registrations: z.array(z.string()).optional(),
  certificate: judged.optional(),
  certificateForAgents: judged.optional(),
  clusterAgent: workload.nullable().optional(),
  nodeAgent: workload.nullable().optional(),
})

type Scene = z.output<typeof scene>

/** Reads one scene of an issue; fails on a field that no scene has. */
export function readScene(issue: string, name: 'fires' | 'silent'): Scene {
  const file = new URL(`${issue}/${name}.json`, import.meta.url)
  return scene.parse(JSON.parse(readFileSync(file, 'utf8')))
}

export function observationsOf(from: Scene, version = from.version): Observations {
  return observations({
    version: seen(rancherVersionOf(version)),
    record: seen(lostCluster(defined(from.record))),
    settings: seen(settings(defined(from.settings))),
    ...(from.ping && { ping: unseen(from.ping) }),
    ...(from.registrations && { registrations: seen(from.registrations) }),
    ...(from.certificate && { certificate: seen(certificate(from.certificate)) }),
    ...(from.certificateForAgents && {
      certificateForAgents: seen(certificate(from.certificateForAgents)),
    }),
    agents: seen(
      agents({
        clusterAgent: workloadOf(from.clusterAgent, clusterAgent),
        nodeAgent: workloadOf(from.nodeAgent, nodeAgent),
      }),
    ),
  })
}

function workloadOf(
  from: Scene['clusterAgent'],
  build: (over: Partial<AgentWorkload>) => AgentWorkload,
): AgentWorkload | null {
  if (from === null) return null
  const { logLines, pods: own, ...over } = from ?? {}
  const built = build(defined(over))
  const inScene = own?.map((one) => pod(one)) ?? built.pods
  return { ...built, pods: inScene.map((one) => (logLines ? { ...one, logLines } : one)) }
}

/** Without fields that are undefined: those would hide what a builder sets. */
function defined<T extends object>(from: T | undefined) {
  const entries = Object.entries(from ?? {}).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
