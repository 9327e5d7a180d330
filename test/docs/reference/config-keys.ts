import * as z from 'zod'
import { fileSchema } from '../../../src/config/index.ts'
import { code } from './markdown.ts'

/** One key of `reagent.yaml`, or a section of keys. */
export interface ConfigKey {
  /** `rancher.timeout`; keys whose names are chosen are `NAME`. */
  readonly path: string
  readonly name: string
  readonly description: string
  /** Null for sections. */
  readonly change: string | null
  /** As people would say it: `length of time`. */
  readonly type: string
  /** As it would be written in the file; null: none. */
  readonly default: unknown
  readonly example: unknown
  readonly isRare: boolean
  /** The keys inside; null when this one has a value of its own. */
  readonly keys: readonly ConfigKey[] | null
}

const node = z.looseObject({
  type: z.string().optional(),
  title: z.string().optional(),
  enum: z.array(z.string()).optional(),
  default: z.unknown().optional(),
  description: z.string({ error: 'every key says what it does' }),
  change: z.string().optional(),
  example: z.unknown().optional(),
  isRare: z.boolean().optional(),
  name: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
})
type Node = z.output<typeof node>

/** Every key of the configuration file, read from its schema. Throws where one does not say what it does. */
export function configKeys(): readonly ConfigKey[] {
  const { properties } = z.toJSONSchema(fileSchema, { io: 'input' })
  return Object.entries(properties ?? {}).map(([name, found]) => keyFrom(name, name, found))
}

/** The keys that have a value of their own, sections left out. */
export function leavesOf(keys: readonly ConfigKey[]): readonly ConfigKey[] {
  return keys.flatMap((key) => (key.keys === null ? [key] : leavesOf(key.keys)))
}

function keyFrom(path: string, name: string, found: unknown): ConfigKey {
  const parsed = node.safeParse(found)
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`)
  const { data } = parsed
  const keys = keysIn(path, data)
  if (keys === null && data.change === undefined) throw new Error(`${path}: say when to change it`)
  return {
    path,
    name,
    description: data.description,
    change: data.change ?? null,
    type: typeOf(path, data),
    default: data.default,
    example: data.example,
    isRare: data.isRare ?? false,
    keys,
  }
}

function keysIn(path: string, { properties, additionalProperties, name }: Node) {
  if (properties) {
    return Object.entries(properties).map(([inner, found]) =>
      keyFrom(`${path}.${inner}`, inner, found),
    )
  }
  if (typeof additionalProperties !== 'object' || additionalProperties === null) return null
  // Its values have one shape, whatever their names.
  const shape = {
    ...additionalProperties,
    description: `One of ${path}, by its name.`,
  }
  return [keyFrom(`${path}.NAME`, name ?? 'NAME', shape)]
}

function typeOf(path: string, { title, enum: choices, properties, type }: Node): string {
  if (choices) return choices.map(code).join(' or ')
  if (title) return title
  if (properties || type === 'object') return 'section'
  throw new Error(`${path}: its schema needs a title that names the kind of value`)
}
