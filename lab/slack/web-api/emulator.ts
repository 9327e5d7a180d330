import { createEmulator } from 'emulate'
import { isJsonObject } from '../block-kit/index.ts'
import { type JsonObject, parseObject } from '../http/body.ts'
import type { Workspace } from '../state/workspace.ts'
import { createTranslation } from './translation.ts'

const CALL_TIMEOUT_MS = 10_000
const EMULATOR_TEAM = 'T000000001'

/** The emulator behind the lab's Slack, in the lab's own ids and timestamps. */
export interface EmulatorBehind {
  call(method: string, fields: Readonly<Record<string, string>>): Promise<JsonObject>
  /** Says that the emulator's id or timestamp stands for the lab's. */
  pair(lab: string, emulator: string): void
  /** Like `call`, but the answer keeps the emulator's ids, to be paired. */
  callForNewIds(method: string, fields: Readonly<Record<string, string>>): Promise<JsonObject>
  close(): Promise<void>
}

export async function startEmulator(workspace: Workspace): Promise<EmulatorBehind> {
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        team: { name: workspace.teamName, domain: workspace.domain },
        signing_secret: workspace.signingSecret,
        users: [
          { name: workspace.botName },
          ...workspace.people().map(({ name, realName }) => ({ name, real_name: realName })),
        ],
        channels: workspace
          .channels()
          .map(({ name, isPrivate }) => ({ name, is_private: isPrivate })),
        bots: [{ name: workspace.botName }],
        tokens: [{ token: workspace.botToken, user: workspace.botName, scopes: workspace.scopes }],
      },
    },
  })
  const translation = createTranslation()
  const ask = async (method: string, fields: Readonly<Record<string, string>>) => {
    const form = Object.entries(fields).map(([name, value]): [string, string] => [
      name,
      translation.toEmulator(value),
    ])
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.botToken}` },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    })
    const text = await response.text()
    return response.status === 404 ? '{"ok":false,"error":"unknown_method"}' : text
  }
  const objectOf = (text: string) => parseObject(text) ?? { ok: false, error: 'internal_error' }
  const callForNewIds = async (method: string, fields: Readonly<Record<string, string>>) =>
    objectOf(await ask(method, fields))

  const [users, channels] = await Promise.all([
    callForNewIds('users.list', { limit: '1000' }),
    callForNewIds('conversations.list', { limit: '1000', types: 'public_channel,private_channel' }),
  ])
  translation.pair(workspace.teamId, EMULATOR_TEAM)
  for (const [name, id] of idsByName(users.members)) {
    const lab = name === workspace.botName ? workspace.botUserId : workspace.findPerson(name)?.id
    if (lab !== undefined) translation.pair(lab, id)
  }
  for (const [name, id] of idsByName(channels.channels)) {
    const lab = workspace.findChannel(name)?.id
    if (lab !== undefined) translation.pair(lab, id)
  }

  return {
    call: async (method, fields) => objectOf(translation.toLab(await ask(method, fields))),
    callForNewIds,
    pair: translation.pair,
    close: () => emulator.close(),
  }
}

function idsByName(list: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(list)) return []
  return list
    .filter(isJsonObject)
    .flatMap(({ name, id }) =>
      typeof name === 'string' && typeof id === 'string' ? [[name, id] as const] : [],
    )
}
