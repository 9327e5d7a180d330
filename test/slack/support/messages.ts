import type { LabMessage, LabSlack } from '../../../lab/slack/index.ts'

interface SlackAnswer {
  readonly ok: boolean
  readonly error?: string
  readonly errors?: readonly string[]
}

/** Calls a method of Slack with the bot's token, as another program of the same bot would. */
export async function callSlack(
  slack: LabSlack,
  method: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<SlackAnswer> {
  const answer = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${slack.botToken}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(fields),
  })
  return (await answer.json()) as SlackAnswer
}

/** Deletes a message as an administrator would. */
export async function deleteMessage(slack: LabSlack, { channel, ts }: LabMessage): Promise<void> {
  const { ok, error } = await callSlack(slack, 'chat.delete', { channel, ts })
  if (!ok) throw new Error(`the message was not deleted: ${error}`)
}

/** How often this method of Slack was called. */
export function callsOf(slack: LabSlack, method: string): number {
  return slack.transcript.filter(({ to }) => to === `api/${method}`).length
}

/** Elements of rich text that do something; the others show what they hold and times. */
const DOING = new Set(['link', 'broadcast', 'usergroup', 'channel', 'emoji', 'team', 'color'])

/** All texts in which Slack interprets something, and what rich text does, written as mrkdwn would say it. */
export function interpreted(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(interpreted)
  if (value === null || typeof value !== 'object') return []
  if ('type' in value) {
    if (value.type === 'mrkdwn' && 'text' in value) return [String(value.text)]
    if (value.type === 'user' && 'user_id' in value) return [`<@${String(value.user_id)}>`]
    if (DOING.has(String(value.type))) return [`<${JSON.stringify(value)}>`]
  }
  return Object.values(value).flatMap(interpreted)
}
