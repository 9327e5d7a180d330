import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { startSlack } from '../../lab/slack/index.ts'
import { checkEverything } from '../../src/checks/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { inspectSlack } from '../../src/slack/index.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const readme = read('README.md')

interface AppManifest {
  readonly features: {
    readonly slash_commands: readonly { readonly command: string; readonly url: string }[]
  }
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } }
  readonly settings: { readonly interactivity: { readonly request_url: string } }
}

describe('the README', () => {
  it('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path)
    expect(links).not.toEqual([])
    expect(links.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
  })

  it('names only environment variables that the configuration reads, and all of those', () => {
    const code = readdirSync(new URL('src/config/', root))
      .map((file) => read(`src/config/${file}`))
      .join('\n')
    const name = '((?:SLACK|RANCHER|REDIS|REAGENT|LOG)_[A-Z_]+[A-Z]|PORT)'
    const found = (text: string, before: string) =>
      new Set([...text.matchAll(new RegExp(before + name, 'g'))].map(([, known]) => known))
    const named = found(readme, '`')
    const known = found(code, "(?:env\\.|secretFrom\\(env, ')")
    expect([...named].toSorted()).toEqual([...known].toSorted())
  })
})

describe('the Slack app manifest', () => {
  const manifest = load(read('deploy/slack-manifest.yaml')) as AppManifest

  it('asks for the scopes that Reagent needs, and no other', async () => {
    const { bot: scopes } = manifest.oauth_config.scopes
    const slack = await startSlack({ scopes })
    const redis = { kind: 'private', findProgram: () => 'redis-server' } as const
    const lines = []
    for await (const line of checkEverything(
      {
        configuration: 'reagent.yaml',
        role: 'bot',
        data: { directory: '.reagent', isUsed: false, signingKeyFile: null },
        redis,
        rancher: null,
        clusters: new Map(),
        slack: {
          inspection: inspectSlack({
            botToken: new Secret(slack.botToken),
            apiUrl: slack.apiUrl,
            clock: () => new Date(),
          }),
          connection: { kind: 'http', signingSecret: new Secret(slack.signingSecret) },
          teamId: slack.teamId,
        },
        policy: { request: new Set(), approve: new Set(), approveAlone: new Set() },
        clock: () => new Date(),
      },
      null,
      new AbortController().signal,
    )) {
      lines.push(line)
    }
    await slack.close()
    expect(lines).toContainEqual(expect.objectContaining({ what: 'Slack scopes', status: 'ok' }))
  })

  it('sends commands and clicks where the bot listens', () => {
    const { features, settings } = manifest
    const [command] = features.slash_commands
    expect(command?.command).toBe('/rancher')
    for (const url of [command?.url, settings.interactivity.request_url]) {
      expect(new URL(url ?? '').pathname).toBe('/slack/events')
    }
  })
})
