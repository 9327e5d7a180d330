import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { startSlack } from '../../lab/slack/index.ts'
import { checkEverything } from '../../src/checks/index.ts'
import { variables } from '../../src/config/index.ts'
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
  it('names only environment variables that the configuration reads, and all of those', () => {
    const named = new Set(
      [...readme.matchAll(/`((?:SLACK|RANCHER|REDIS|REAGENT|LOG)_[A-Z_]+[A-Z]|PORT)/g)].map(
        ([, name]) => name,
      ),
    )
    // The PATH of the system needs no explanation where people begin.
    const known = Object.keys(variables).filter((name) => name !== 'PATH')
    expect([...named].toSorted()).toEqual(known.toSorted())
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
        rancherWays: [],
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
