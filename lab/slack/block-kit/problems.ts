import type { z } from 'zod'
import { isJsonObject } from './controls.ts'

/**
 * Says what is wrong as Slack does in `response_metadata.messages`:
 * `[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]`.
 */
export function problemsOf(error: z.ZodError, root: string): readonly string[] {
  return error.issues.map((issue) => {
    const { text, path } = describe(issue)
    return problem(text, root, path)
  })
}

export function problem(text: string, root: string, path: readonly PropertyKey[]): string {
  return `[ERROR] ${text} [json-pointer:${[root, ...path.map(String)].join('/')}]`
}

function describe(issue: z.core.$ZodIssue): { text: string; path: readonly PropertyKey[] } {
  const { path } = issue
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'string'
        ? { text: `must be less than ${Number(issue.maximum) + 1} characters`, path }
        : { text: `no more than ${issue.maximum} items allowed`, path }
    case 'too_small':
      return issue.origin === 'string'
        ? { text: `must be more than ${Number(issue.minimum) - 1} characters`, path }
        : { text: `no fewer than ${issue.minimum} items allowed`, path }
    case 'unrecognized_keys':
      return { text: `invalid additional property: ${issue.keys.join(', ')}`, path }
    case 'invalid_union':
      return { text: `unsupported type: ${typeNameOf(issue.input)}`, path }
    case 'invalid_value':
      return { text: `must be one of ${issue.values.map(String).join(', ')}`, path }
    case 'invalid_type':
      return issue.input === undefined && issue.message.includes('undefined')
        ? { text: `missing required field: ${String(path.at(-1))}`, path: path.slice(0, -1) }
        : { text: `must be of type ${issue.expected}`, path }
    default:
      return { text: issue.message, path }
  }
}

function typeNameOf(value: unknown): string {
  return isJsonObject(value) ? String(value.type) : typeof value
}
