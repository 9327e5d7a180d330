import { execFile } from 'node:child_process'
import { chown, copyFile, link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cardText } from '../../lab/slack/index.ts'
import {
  rotateCertificateAuthority,
  startReagentProcess,
  startWorld,
  type World,
} from '../../lab/world/index.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { readStages } from './support/dockerfile.ts'
import { performBuild } from './support/perform-build.ts'
import { readText } from './support/repository.ts'

/** No account of any machine has this number, as on platforms that choose the user of a container themselves. */
const NAMELESS_USER = 54_321
const isRoot = process.getuid?.() === 0
if (!isRoot) {
  console.info('not root: that the installation is only read is seen by what is in it afterwards')
}

let folder = ''
let image = ''
let world: World

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-image-'))
  image = await performBuild(readStages(readText('Dockerfile')), folder)
  await installNode()
  for (const name of ['home', 'tmp', 'stranger']) {
    await mkdir(join(folder, name))
    if (isRoot) await chown(join(folder, name), NAMELESS_USER, NAMELESS_USER)
  }
  if (isRoot) await chown(folder, NAMELESS_USER, NAMELESS_USER)
  world = await startWorld({ timeScale: 0.02 })
}, 180_000)
afterAll(async () => {
  await world?.close()
  await rm(folder, { recursive: true, force: true })
})

/** The image's own Node, which the base image brings: where this one lies, another user may not look. */
async function installNode(): Promise<void> {
  const node = join(image, 'usr/local/bin/node')
  await link(process.execPath, node).catch(() => copyFile(process.execPath, node))
}

/** What the system gives to a process that somebody starts; Reagent's own variables come on top. */
function system(): Record<string, string> {
  const path = [join(image, 'usr/local/bin'), process.env.PATH].join(delimiter)
  return { PATH: path, HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp') }
}

const reagent = () => join(image, 'usr/local/bin/reagent')

async function writeConfiguration(): Promise<void> {
  const { rancher, slack, cluster } = world
  const at = (name: string) => join(folder, 'stranger', name)
  await writeFile(at('rancher-ca.pem'), rancher.caPem)
  await writeFile(at('kubeconfig-myk8s.yaml'), cluster.kubeconfig)
  await writeFile(
    at('reagent.yaml'),
    `rancher: { url: ${rancher.url}, caFile: ./rancher-ca.pem }
clusters: { myk8s: { kubeconfig: ./kubeconfig-myk8s.yaml } }
slack: { team: ${slack.teamId}, connection: socket }
policy: { request: [${slack.person('oncall').id}], approve: [${slack.person('lead').id}] }
proof: { stableFor: 1200ms, lookEvery: 200ms }
`,
  )
}

describe('what the Dockerfile installs', { timeout: 120_000 }, () => {
  it('brings a cluster back with four environment variables and a reagent.yaml, as a user that may write nothing else', async () => {
    const { slack } = world
    await rotateCertificateAuthority(world)
    await writeConfiguration()
    const before = await filesIn(image)

    const running = await startReagentProcess(
      'all',
      {
        ...system(),
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_APP_TOKEN: slack.appToken,
        SLACK_API_URL: slack.apiUrl,
        RANCHER_TOKEN: world.rancher.apiToken,
      },
      {
        command: [reagent()],
        folder: join(folder, 'stranger'),
        ...(isRoot ? { userId: NAMELESS_USER } : {}),
      },
    )
    const shown = (text: string) =>
      slack.waitFor(() => {
        const card = slack.messages().at(-1)
        return card && cardText(card).includes(text) ? card : null
      }, 60_000)
    try {
      await slack.say('oncall', '/rancher reagent myk8s')
      const card = await shown('[Approve]')
      await slack.click('lead', { actionId: 'approve', card })
      await shown('is back')
      expect(world.rancher.clusterState(world.clusterId)).toBe('active')
    } catch (error) {
      throw new Error(`${String(error)}\n${running.output()}`)
    } finally {
      await running.kill('SIGTERM')
    }

    expect(await filesIn(image)).toEqual(before)
    expect(await filesIn(join(folder, 'home'))).toEqual([])
    const written = await readdir(join(folder, 'stranger'))
    expect(written.toSorted()).toEqual(
      ['.reagent', 'kubeconfig-myk8s.yaml', 'rancher-ca.pem', 'reagent.yaml'].toSorted(),
    )
    expect(await readdir(join(folder, 'tmp'))).toEqual(['node-compile-cache'])
  })

  it('has a terminal for a user without a name', async () => {
    const { stdout } = await command('help')
    expect(stdout).toContain('Brings a Rancher-managed Kubernetes cluster back')
    expect((await command('--version')).stdout.trim()).toBe(packageJson.version)
    const runs = command('runs', '--json')
    await expect(runs).rejects.toMatchObject({
      code: 4,
      stdout: expect.stringContaining('policy.may-not-request'),
    })
  })
})

/** Runs one command of the installation in the stranger's folder. */
function command(...args: readonly string[]) {
  return promisify(execFile)(reagent(), args, {
    cwd: join(folder, 'stranger'),
    env: { ...system(), RANCHER_TOKEN: world.rancher.apiToken },
    ...(isRoot ? { uid: NAMELESS_USER, gid: NAMELESS_USER } : {}),
  })
}

async function filesIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory, { recursive: true })).toSorted()
}
