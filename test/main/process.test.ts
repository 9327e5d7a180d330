import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LabSlack, startSlack } from '../../lab/slack/index.ts'
import { startReagentProcess } from '../../lab/world/index.ts'

let slack: LabSlack
let folder = ''

beforeAll(async () => {
  slack = await startSlack()
  folder = await mkdtemp(join(tmpdir(), 'reagent-test-'))
  await writeFile(join(folder, 'reagent.yaml'), `slack: { team: ${slack.teamId} }\n`)
})
afterAll(async () => {
  await slack.close()
  await rm(folder, { recursive: true, force: true })
})

/** Both roles with a private Redis, as on one machine; nothing answers at the address of Rancher. */
function start(name: string, env: Readonly<Record<string, string>> = {}) {
  return startReagentProcess('all', {
    REAGENT_CONFIG: join(folder, 'reagent.yaml'),
    REAGENT_DATA_DIR: join(folder, name),
    RANCHER_URL: 'https://127.0.0.1:9',
    RANCHER_TOKEN: 'token-test:unused',
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    PORT: '0',
    ...env,
  })
}

describe('a Reagent process', () => {
  it('ends and says what to do when Slack refuses its token', async () => {
    const refused = start('refused', { SLACK_BOT_TOKEN: 'xoxb-of-somebody-else' })
    await expect(refused).rejects.toThrow(
      /exit code 3.*Slack does not accept the bot: invalid_auth.*Check SLACK_BOT_TOKEN/s,
    )
  })

  it('ends and says so when its private Redis ends', async () => {
    const reagent = await start('lost')
    const lock = JSON.parse(await readFile(join(folder, 'lost', 'reagent.lock'), 'utf8'))
    const redis = new Redis({ path: String(lock.socketPath), retryStrategy: () => null })
    redis.on('error', () => undefined)
    await redis.shutdown('NOSAVE').catch(() => undefined)

    await reagent.exited

    expect(reagent.output()).toContain('The private Redis ended, so Reagent stopped.')
    redis.disconnect()
  })

  it('stops when it is asked to, and leaves its data directory free', async () => {
    const first = await start('again')
    await first.kill('SIGTERM')
    const second = await start('again')
    await second.kill('SIGTERM')
    expect(second.output()).not.toContain('"level":"error"')
  })

  it('refuses a data directory that another one uses, and names that process', async () => {
    const first = await start('shared')
    await expect(start('shared')).rejects.toThrow(
      new RegExp(`exit code 3.*Another Reagent \\(process ${first.pid}\\)`, 's'),
    )
    await first.kill('SIGTERM')
  })
})
