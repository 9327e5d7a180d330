import { readdirSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { appManifestSchema } from './support/app-manifest-schema.ts'
import { REPOSITORY, readText } from './support/repository.ts'

const HTTP = 'deploy/slack-manifest.yaml'
const SOCKET_MODE = 'deploy/slack-manifest.socket-mode.yaml'

/** Scope that each Web API method needs (docs.slack.dev/reference/methods); null: none beyond the bot token. */
const SCOPE_OF_METHOD: Readonly<Record<string, string | null>> = {
  'auth.test': null,
  'chat.postEphemeral': 'chat:write',
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'users.info': 'users:read',
  'views.open': null,
}

const read = (file: string) => appManifestSchema.parse(load(readText(file)))
const listOf = (scopes: readonly string[]) => scopes.toSorted()

describe.each([HTTP, SOCKET_MODE])('%s', (file) => {
  it('is a manifest that Slack takes', () => {
    expect(appManifestSchema.safeParse(load(readText(file)))).toMatchObject({ success: true })
  })

  it('asks for the scopes that the code needs, and for no other', () => {
    const methods = methodsCalled()
    expect(methods).not.toEqual([])
    const needed = methods.map((method) => SCOPE_OF_METHOD[method])
    expect(needed, `a method of ${methods} has no entry`).not.toContain(undefined)
    const scopes = new Set(['commands', ...needed.filter((scope) => typeof scope === 'string')])
    expect(listOf(read(file).oauth_config.scopes.bot)).toEqual(listOf([...scopes]))
  })

  it('gives the reason of each scope in a comment above it', () => {
    const lines = readText(file).split('\n')
    for (const scope of read(file).oauth_config.scopes.bot) {
      const at = lines.findIndex((line) => line.trim() === `- ${scope}`)
      expect(lines[at - 1]?.trim(), scope).toMatch(/^# .+\.$/)
    }
  })

  it('lets people find again what Reagent told them in private', () => {
    expect(read(file).features.app_home).toMatchObject({ messages_tab_enabled: true })
  })
})

describe('the two manifests', () => {
  it('differ in how Slack and Reagent reach each other, and in nothing else', () => {
    const http = read(HTTP)
    const socket = read(SOCKET_MODE)
    const [command] = http.features.slash_commands
    const requestUrl = http.settings.interactivity.request_url
    expect(command?.url).toBe(requestUrl)
    expect(new URL(requestUrl ?? '').pathname).toBe('/slack/events')
    expect(readText(SOCKET_MODE)).not.toContain('https://')
    expect({
      ...socket,
      features: { ...socket.features, slash_commands: [{ ...command }] },
      settings: {
        ...socket.settings,
        interactivity: { ...socket.settings.interactivity, request_url: requestUrl },
        socket_mode_enabled: false,
      },
    }).toEqual(http)
    expect(socket.features.slash_commands).toEqual([{ ...command, url: undefined }])
    expect(socket.settings.socket_mode_enabled).toBe(true)
  })
})

/** Every Web API method that the bot calls. */
function methodsCalled(): readonly string[] {
  const code = readdirSync(`${REPOSITORY}src/slack`, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readText(`src/slack/${path}`))
    .join('\n')
  return [
    ...new Set([...code.matchAll(/\bclient\.([a-z]+\.[a-zA-Z]+)\(/g)].map(([, name = '']) => name)),
  ]
}
