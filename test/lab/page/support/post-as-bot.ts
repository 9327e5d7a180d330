import type { World } from '../../../../lab/world/index.ts'

/** Posts blocks to the channel as the bot does. Resolves with the message's timestamp; rejects with what Slack refused. */
export function post(world: World, text: string, blocks: readonly object[]): Promise<string> {
  return call(world, 'chat.postMessage', { text, blocks })
}

/** Edits such a message. */
export function edit(
  world: World,
  ts: string,
  text: string,
  blocks: readonly object[],
): Promise<string> {
  return call(world, 'chat.update', { ts, text, blocks })
}

async function call({ slack }: World, method: string, body: object): Promise<string> {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${slack.botToken}`,
      'content-type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify({ channel: slack.channelId('incident-prod'), ...body }),
  })
  const { ok, ts, error } = Object(await response.json())
  if (ok !== true) throw new Error(`${method} was refused: ${error}`)
  return ts
}
