import type { LabSlack } from '../../../lab/slack/index.ts'

/** The body of the last command with other fields in it, to be signed and sent with `sendRaw`. */
export function commandWith(slack: LabSlack, fields: Readonly<Record<string, string>>): string {
  const form = new URLSearchParams(slack.lastRequest()?.body)
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form.toString()
}

/** The body of the last click with another action in it, and other words where the payload has these. */
export function clickWith(
  slack: LabSlack,
  action: { readonly action_id?: string; readonly value?: string },
  replacing: readonly (readonly [string, string])[] = [],
): string {
  const form = new URLSearchParams(slack.lastRequest()?.body)
  const payload: unknown = JSON.parse(form.get('payload') ?? '{}')
  const first = firstAction(payload)
  Object.assign(first, action)
  const text = replacing.reduce(
    (whole, [from, to]) => whole.replaceAll(from, to),
    JSON.stringify(payload),
  )
  return new URLSearchParams({ payload: text }).toString()
}

function firstAction(payload: unknown): object {
  if (payload !== null && typeof payload === 'object' && 'actions' in payload) {
    const { actions } = payload
    const first: unknown = Array.isArray(actions) ? actions[0] : undefined
    if (first !== null && typeof first === 'object') return first
  }
  throw new Error('the last request was no click')
}

/** Seconds since 1970 as Slack sends them, this much from now. */
export function timestampIn(seconds: number): string {
  return String(Math.floor(Date.now() / 1_000) + seconds)
}
