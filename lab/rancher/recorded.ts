import { readFileSync } from 'node:fs'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [member: string]: Json
}

/** A recording that fills a file of a folder under `lab/fixtures`, as text. */
export function recordedText(name: string, folder = 'rancher-v2.1.5'): string {
  return readFileSync(new URL(`../fixtures/${folder}/${name}`, import.meta.url), 'utf8')
}

/** The same, parsed. */
export function recordedObject(name: string, folder?: string): JsonObject {
  return objectIn(JSON.parse(recordedText(name, folder)))
}

/** Lines of a recorded timeline: `t` is seconds since the change at the agent. */
export function recordedTimeline(name: string, folder?: string): readonly JsonObject[] {
  return recordedText(name, folder)
    .trim()
    .split('\n')
    .map((line) => objectIn(JSON.parse(line)))
}

/** The value as an object; `{}` for anything else. */
export function objectIn(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

/** The objects of a list; `[]` for anything else. */
export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function textIn(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The template with every occurrence of the given texts replaced, in keys as in values. */
export function refill(
  template: JsonObject,
  replacements: readonly (readonly [from: string, to: string])[],
): JsonObject {
  let text = JSON.stringify(template)
  for (const [from, to] of replacements) {
    text = text.replaceAll(inJson(from), () => inJson(to))
  }
  return objectIn(JSON.parse(text))
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1)

/** Time as Rancher writes it: ISO with whole seconds. */
export function toSeconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}
