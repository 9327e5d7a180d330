import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type LabSlack, startSlack } from '../../lab/slack/index.ts'
import { startReagentProcess } from '../../lab/world/index.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { type PrivateRedis, startPrivateRedis } from '../../src/store/index.ts'
import { readStages } from '../deploy/support/dockerfile.ts'
import { performBuild } from '../deploy/support/perform-build.ts'
import { REPOSITORY, readText } from '../deploy/support/repository.ts'
import { type Figure, median } from './contract.ts'

const STARTS = 7
const START_LIMIT_MS = 20_000
const PEER = 'a bare Bolt app with one BullMQ queue'

/** What a folder holds after an installation; sizes are those of the files, not of the blocks that they take. */
interface Installed {
  readonly mebibytes: number
  readonly packages: number
}

/**
 * A production installation in an empty folder (`npm ci --omit=dev`, then what the Dockerfile copies): its size, its packages, and how
 * long Reagent takes from there until it is ready, beside the smallest app of the same kind, installed and started the same way
 * with the same versions, on the same Redis and Slack.
 */
export async function measureInstallation(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reagent-bench-'))
  const [reagent, peer] = [join(folder, 'reagent'), join(folder, 'peer')]
  const [slack, redis] = await Promise.all([
    startSlack(),
    startPrivateRedis(join(folder, 'redis'), process.env.PATH ?? ''),
  ])
  try {
    const installed = await installReagent(reagent)
    const image = await performBuild(readStages(readText('Dockerfile')), join(folder, 'image'))
    const inImage = await lookInto(join(image, 'app'))
    const bare = await installPeer(peer)
    const startMs: number[] = []
    const peerStartMs: number[] = []
    // The first start of each fills the compile cache, which Reagent has and the peer has not; it is not counted. By turns, so that a
    // busy moment meets both.
    for (let number = 0; number <= STARTS; number += 1) {
      const ours = await startReagent(reagent, folder, slack, redis)
      const theirs = await startPeer(peer, slack, redis)
      if (number === 0) continue
      startMs.push(ours)
      peerStartMs.push(theirs)
    }
    const figure = (
      name: string,
      unit: Figure['unit'],
      [value, peerValue]: readonly [number, number],
      atMost: number,
      samples: number,
    ): Figure => ({
      name,
      unit,
      value,
      peer: { name: PEER, value: peerValue },
      ratio: value / peerValue,
      goal: { of: 'ratio', atMost },
      samples,
    })
    return [
      // More than half is @kubernetes/client-node, which the peer has no use for, and more than half of that are types and maps.
      figure('installed size', 'MiB', [installed.mebibytes, bare.mebibytes], 5, 1),
      {
        name: 'installed size in the container image, without types and source maps',
        unit: 'MiB',
        value: inImage.mebibytes,
        goal: { of: 'value', atMost: 64 },
        samples: 1,
      },
      figure('installed packages', 'packages', [installed.packages, bare.packages], 2, 1),
      figure(
        'production start to ready (all, given Redis), median',
        'ms',
        [median(startMs), median(peerStartMs)],
        2,
        STARTS,
      ),
    ]
  } finally {
    await Promise.all([slack.close(), redis.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}

async function installReagent(folder: string): Promise<Installed> {
  await mkdir(folder)
  for (const path of ['package.json', 'package-lock.json', '.npmrc', 'src', 'jobs']) {
    await cp(join(REPOSITORY, path), join(folder, path), { recursive: true })
  }
  await npm(folder, 'ci')
  return lookInto(folder)
}

/** The same versions, down to the last one: npm keeps of our lock file what the peer needs. */
async function installPeer(folder: string): Promise<Installed> {
  await mkdir(folder)
  const { '@slack/bolt': bolt, bullmq, ioredis } = packageJson.dependencies
  const peer = {
    name: 'peer',
    private: true,
    type: 'module',
    dependencies: { '@slack/bolt': bolt, bullmq, ioredis },
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(peer))
  await cp(join(REPOSITORY, 'package-lock.json'), join(folder, 'package-lock.json'))
  await cp(join(REPOSITORY, 'test/bench/peers/bare-bolt.ts'), join(folder, 'bare-bolt.ts'))
  await npm(folder, 'install')
  return lookInto(folder)
}

async function npm(folder: string, command: string): Promise<void> {
  await promisify(execFile)(
    'npm',
    [command, '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
    { cwd: folder },
  )
}

async function lookInto(folder: string): Promise<Installed> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await lstat(join(parentPath, name))).size),
  )
  const lock: unknown = JSON.parse(
    await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8'),
  )
  const packages = lock !== null && typeof lock === 'object' && 'packages' in lock && lock.packages
  return {
    mebibytes: sizes.reduce((sum, size) => sum + size, 0) / 1024 / 1024,
    packages: Object.keys(packages || {}).length,
  }
}

async function startReagent(
  installation: string,
  folder: string,
  slack: LabSlack,
  { socketPath }: PrivateRedis,
): Promise<number> {
  const config = join(folder, 'reagent.yaml')
  await writeFile(config, `slack: { team: ${slack.teamId} }\n`)
  const began = performance.now()
  const reagent = await startReagentProcess(
    'all',
    {
      REAGENT_CONFIG: config,
      REAGENT_DATA_DIR: join(folder, 'data'),
      REDIS_URL: `unix://${socketPath}`,
      RANCHER_URL: 'https://127.0.0.1:9',
      RANCHER_TOKEN: 'token-bench:unused',
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      PORT: '0',
    },
    { command: [process.execPath, join(installation, 'src/main.ts')] },
  )
  const took = performance.now() - began
  await reagent.kill('SIGTERM')
  return took
}

/** Until it prints its port, which it does when it listens. */
async function startPeer(
  folder: string,
  slack: LabSlack,
  { socketPath }: PrivateRedis,
): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, [join(folder, 'bare-bolt.ts'), slack.apiUrl, socketPath], {
    env: { SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await firstOutput(child)
  const took = performance.now() - began
  const ended = once(child, 'exit')
  child.kill()
  await ended
  return took
}

async function firstOutput(child: ChildProcess): Promise<void> {
  if (!child.stdout) throw new Error('the peer has no output')
  await once(child.stdout, 'data', { signal: AbortSignal.timeout(START_LIMIT_MS) })
}
