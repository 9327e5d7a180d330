import { CORE_SCHEMA, defineScalarTag, defineSequenceTag, load, mergeTag } from 'js-yaml'
import * as z from 'zod'
import { readText } from './repository.ts'

/** What `!override` puts in place of a value, or `!reset` takes away, in a file that comes on top of another one. */
class Replacement {
  readonly value: unknown
  constructor(value: unknown) {
    this.value = value
  }
}

const SCHEMA = CORE_SCHEMA.withTags(
  mergeTag,
  defineScalarTag('!reset', { resolve: () => new Replacement(undefined), identify: () => false }),
  ...['!reset', '!override'].map((tag) =>
    defineSequenceTag<unknown[], Replacement>(tag, {
      create: () => [],
      addItem: (items, item) => void items.push(item),
      finalize: (items) => new Replacement(tag === '!reset' ? undefined : items),
      identify: () => false,
    }),
  ),
)

const mount = z.object({ type: z.string(), source: z.string(), target: z.string() })
const serviceSchema = z.looseObject({
  image: z.string(),
  user: z.string().optional(),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(mount.loose()).default([]),
  command: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  stop_grace_period: z.string(),
})
const projectSchema = z.looseObject({
  services: z.strictObject({ bot: serviceSchema, redis: serviceSchema, worker: serviceSchema }),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
})

/** One service of a project, as far as these tests look at it; everything else is there too. */
export type ComposeService = z.output<typeof serviceSchema>
export type ComposeProject = z.output<typeof projectSchema>

/** Reads Compose files of this repository, each on top of the one before, as the Compose specification merges them. */
export function readCompose(...files: readonly string[]): ComposeProject {
  const contents = files.map((file) => load(readText(file), { schema: SCHEMA }))
  return projectSchema.parse(contents.reduce(merge))
}

function merge(below: unknown, above: unknown): unknown {
  if (above instanceof Replacement) return above.value
  if (Array.isArray(below) && Array.isArray(above)) return [...below, ...above]
  if (!isRecord(below) || !isRecord(above)) return above
  const merged: Record<string, unknown> = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const both = merge(below[key], value)
    if (both === undefined) delete merged[key]
    else merged[key] = both
  }
  return merged
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
