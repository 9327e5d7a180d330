import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../../lab/world/index.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.trustRancher()
})
afterAll(() => world.close())

/** Runs `reagent check` as anybody would, with the environment of the lab's world and some of it changed. */
function check(
  change: Readonly<Record<string, string | undefined>>,
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string }> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...world.env, ...change }
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [MAIN, 'check', ...argv],
      { env },
      (_error, stdout, stderr) => done({ code: child.exitCode ?? -1, stdout: stdout + stderr }),
    )
  })
}

describe('a reagent check process', () => {
  it('is green in the lab, and shows no secret', async () => {
    const { code, stdout } = await check({})
    expect(stdout).not.toMatch(/^[!✗–] /m)
    expect(stdout).toContain('type /rancher help there')
    expect(stdout).toContain('All is well. Next: `reagent start`.')
    expect(code).toBe(0)
    for (const name of ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'RANCHER_TOKEN']) {
      expect(stdout).not.toContain(world.env[name])
    }
  })

  it('shows three faults as three lines, and ends with 3', async () => {
    world.cluster.gate.forbid((method, path) => method === 'PATCH' && path.includes('daemonsets'))
    world.rancher.changeApiToken({ clusterId: 'c-abcde' })
    const { code, stdout } = await check({ SLACK_SIGNING_SECRET: 'xoxb-pasted-in-the-wrong-place' })
    world.cluster.gate.forbid(null)
    world.rancher.changeApiToken({ clusterId: null })
    expect(code).toBe(3)
    expect(stdout.match(/^✗ [^:]+(: rights)?/gm)).toEqual([
      '✗ Rancher token',
      '✗ Cluster myk8s: rights',
      '✗ Slack signing secret',
    ])
    expect(stdout).not.toContain('wrong-place')
  })

  it('lists every problem of the configuration, and tests nothing else', async () => {
    const config = join(world.folder, 'broken.yaml')
    await writeFile(config, 'clusterz: {}\nproof: { stableFor: 3 }\n')
    const { code, stdout } = await check({ REAGENT_CONFIG: config, RANCHER_TOKEN: undefined })
    expect(code).toBe(3)
    expect(stdout.match(/^✗ Configuration: [\w.]+/gm)).toEqual(
      ['proof.stableFor', 'clusterz', 'slack.team', 'RANCHER_TOKEN'].map((path) =>
        expect.stringContaining(`Configuration: ${path}`),
      ),
    )
  })

  it('tests what one role has', async () => {
    const { stdout } = await check({ RANCHER_TOKEN: undefined }, '--role', 'bot', '--json')
    const { ok, checks } = JSON.parse(stdout)
    const whats: string[] = checks.map(({ what }: { readonly what: string }) => what)
    expect(ok).toBe(true)
    expect(whats).toContain('Slack token')
    expect(whats.filter((what) => what.startsWith('Rancher'))).toEqual([])
  })

  it('tests one cluster', async () => {
    const { code, stdout } = await check({}, 'myk8s')
    expect(code).toBe(0)
    expect(stdout).toContain('✓ Cluster myk8s: rights')
    expect(stdout).not.toContain('Slack')
  })
})
