import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { startWorld, type World, type WorldOptions } from '../../lab/world/index.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

async function open(rancherWays: WorldOptions['rancherWays'] & object): Promise<World> {
  world = await startWorld({ rancherWays })
  await world.trustRancher()
  return world
}

/** Runs one command of the terminal as anybody would in this world. */
function reagent(
  { env, folder }: World,
  change: Readonly<Record<string, string>>,
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly output: string }> {
  const { PATH, HOME } = process.env
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [MAIN, ...argv],
      { env: { PATH, HOME, ...env, ...change }, cwd: folder },
      (_error, stdout, stderr) => done({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })
}

describe('reagent check', () => {
  it('shows each way to Rancher, and warns of one while another works', async () => {
    const here = await open(['api', 'kubeconfig', 'container'])
    here.rancher.changeApiToken({ clusterId: 'c-other' })

    const { code, output } = await reagent(here, {}, 'check')

    expect(output).toMatch(/^! Rancher by API: Rancher at .* one cluster only/m)
    expect(output).toMatch(/^✓ Rancher by kubeconfig rancher-local.yaml: reads 1 cluster and/m)
    expect(output).toMatch(
      /^✓ Rancher by container \(node docker.ts exec -i rancher kubectl\): reads/m,
    )
    expect(output).toMatch(/^✓ Rancher access: by the kubeconfig/m)
    expect(output).toMatch(/^! Rancher token/m)
    expect(output).not.toMatch(/^✗/m)
    expect(code).toBe(0)
  })

  it('needs no token where the API is not among the ways, and says when the way leads elsewhere', async () => {
    const here = await open(['kubeconfig'])
    expect(here.env).not.toHaveProperty('RANCHER_TOKEN')

    const well = await reagent(here, {}, 'check')
    here.rancher.setSetting('server-url', 'https://other.example.com')
    const elsewhere = await reagent(here, {}, 'check')

    expect(well.output).not.toMatch(/^[!✗] Rancher/m)
    expect(well.output).not.toContain('Rancher token')
    expect(elsewhere.output).toMatch(/^✗ Rancher by kubeconfig .*leads to another Rancher/m)
  })
})

describe('reagent manifest', () => {
  it('writes the same by every way', async () => {
    const here = await open(['api', 'container'])
    await allowThisAccount(here)
    const byApi = await written(here, 'by-api.yml')
    here.rancher.changeApiToken({ clusterId: 'c-other' })

    expect(byApi).toContain('cattle-credentials-')
    expect(await written(here, 'by-container.yml')).toBe(byApi)
  })
})

async function allowThisAccount({ folder }: World): Promise<void> {
  const file = join(folder, 'reagent.yaml')
  const text = await readFile(file, 'utf8')
  const { username } = userInfo()
  await writeFile(file, text.replace('request:', `request:\n    - local/${username}`))
}

async function written(here: World, name: string): Promise<string> {
  const { output } = await reagent(here, {}, 'manifest', 'myk8s', '--output', name)
  return readFile(join(here.folder, name), 'utf8').catch(() => output)
}
