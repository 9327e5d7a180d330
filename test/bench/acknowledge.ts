import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type LabSlack, startSlack } from '../../lab/slack/index.ts'
import { startReagentProcess } from '../../lab/world/index.ts'
import { startPrivateRedis } from '../../src/store/index.ts'
import { type Figure, quantile } from './contract.ts'
import { commandsAtRate, type Target } from './load.ts'

const PER_SECOND = 50
const ROUNDS = 6
const A_ROUND = 250
const WARM_UP = 50
const PEER = fileURLToPath(new URL('./peers/bare-bolt.ts', import.meta.url))

/**
 * From a slash command to its acknowledgement, at 50 a second: Reagent, which has the request on disk by then, beside a bare Bolt app that
 * adds one BullMQ job to the same Redis, and one that only acknowledges. Rounds alternate, so that the machine's moods meet all three, and
 * each sleeps while another is measured: what Reagent still has to do for its commands, their cards, falls into its own rounds.
 */
export async function measureAcknowledgement(): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'reagent-bench-'))
  await mkdir(join(folder, 'redis'))
  const slack = await startSlack()
  const redis = await startPrivateRedis(join(folder, 'redis'), process.env.PATH ?? '')
  const reagent = await startBot(slack, folder, redis.socketPath)
  const withJob = await startPeer(slack, redis.socketPath)
  const onlyAck = await startPeer(slack, 'none')

  const contenders = [reagent, withJob, onlyAck].map((contender) => ({
    ...contender,
    target: { url: contender.url, signingSecret: slack.signingSecret },
    samples: [] as number[],
  }))
  for (const { pid } of contenders) process.kill(pid, 'SIGSTOP')
  for (let number = 0; number < ROUNDS; number += 1) {
    for (const { pid, target, samples } of contenders) {
      process.kill(pid, 'SIGCONT')
      await round(slack, target, `w${number}`, WARM_UP)
      samples.push(...(await round(slack, target, `r${number}`, A_ROUND)))
      process.kill(pid, 'SIGSTOP')
    }
  }
  for (const { pid, stop } of contenders) {
    process.kill(pid, 'SIGCONT')
    await stop()
  }
  await Promise.all([slack.close(), redis.stop()])
  await rm(folder, { recursive: true, force: true })

  const [value = 0, peer = 0, floor = 0] = contenders.map(({ samples }) => quantile(samples, 0.99))
  return {
    name: 'slash command to durable acknowledgement, p99 at 50/s',
    unit: 'ms',
    value,
    peer: { name: 'bare Bolt app that adds one BullMQ job', value: peer },
    ratio: value / peer,
    floor: { name: 'bare Bolt app that only acknowledges', value: floor },
    goal: { of: 'ratio', atMost: 1.2 },
    samples: ROUNDS * A_ROUND,
  }
}

function round(slack: LabSlack, target: Target, name: string, count: number) {
  const commands = Array.from({ length: count }, (_, index) => ({
    command: '/rancher',
    text: `reagent bench-${name}-${index}`,
    user_id: slack.person('oncall').id,
    user_name: 'oncall',
    team_id: slack.teamId,
    team_domain: 'lab',
    channel_id: slack.channelId('incident-prod'),
    channel_name: 'incident-prod',
    api_app_id: slack.appId,
    is_enterprise_install: 'false',
    trigger_id: `${name}.${index}.${target.url}`,
    response_url: 'http://127.0.0.1:9/unused',
  }))
  return commandsAtRate({ target, perSecond: PER_SECOND, commands })
}

interface Contender {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

async function startBot(slack: LabSlack, folder: string, socket: string): Promise<Contender> {
  const config = join(folder, 'reagent.yaml')
  const { privateKey } = generateKeyPairSync('ed25519')
  const policy = `policy: { request: [${slack.person('oncall').id}] }`
  await writeFile(config, `slack: { team: ${slack.teamId} }\n${policy}\n`)
  const bot = await startReagentProcess('bot', {
    REAGENT_CONFIG: config,
    REAGENT_DATA_DIR: join(folder, 'data'),
    REDIS_URL: `unix://${socket}`,
    LOG_LEVEL: 'info',
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    PORT: '0',
    REAGENT_SIGNING_KEY: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  })
  return { url: bot.requestUrl ?? '', pid: bot.pid, stop: () => bot.kill('SIGTERM') }
}

async function startPeer(slack: LabSlack, socket: string): Promise<Contender> {
  const child = spawn(process.execPath, [PEER, slack.apiUrl, socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
    },
  })
  const port = await firstLine(child)
  return {
    url: `http://127.0.0.1:${port}/slack/events`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'))
  }
  throw new Error('the peer ended before it said its port')
}
