import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CheckParts } from '../../src/checks/index.ts'
import { ownSigningKey, signingKeyFile } from '../../src/config/index.ts'
import { linesOf, remarks, said } from './support/lab.ts'

let directory = ''
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'reagent-data-')), 'data')
})
afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }))

function check(
  data: CheckParts['data'] = {
    directory,
    isUsed: true,
    signingKeyFile: signingKeyFile(directory),
  },
) {
  return linesOf({
    configuration: 'reagent.yaml',
    role: 'worker',
    data,
    redis: { kind: 'private', findProgram: () => '/usr/bin/redis-server' },
    rancher: null,
    rancherWays: [],
    clusters: new Map(),
    slack: null,
    policy: { request: new Set(), approve: new Set(), approveAlone: new Set(['local/root']) },
    clock: () => new Date(),
  })
}

describe('reagent check of the data directory', () => {
  it('says that directory and key will be made, and does not make them', async () => {
    const lines = await check()
    expect(remarks(lines)).toEqual([])
    expect(said(lines, 'Data directory')).toContain('will be made at the first start')
    expect(said(lines, 'Signing key')).toContain('will be made at the first start')
    await expect(stat(directory)).rejects.toThrow('ENOENT')
  })

  it('finds the ones that Reagent made well', async () => {
    await ownSigningKey(directory)
    const lines = await check()
    expect(remarks(lines)).toEqual([])
    expect(said(lines, 'Data directory')).toContain('mode 0700')
  })

  it('warns where other accounts can look', async () => {
    await ownSigningKey(directory)
    await chmod(directory, 0o755)
    await chmod(signingKeyFile(directory), 0o644)
    const lines = await check()
    expect(remarks(lines)).toEqual(['! Data directory', '! Signing key'])
    expect(said(lines, 'Data directory')).toContain(`chmod 700 ${directory}`)
    expect(said(lines, 'Signing key')).toContain('chmod 600')
  })

  it('refuses a path that is no directory, and a key that is none', async () => {
    await writeFile(directory, '')
    expect(remarks(await check())).toEqual(['✗ Data directory'])
    await rm(directory)
    await mkdir(directory, { mode: 0o700 })
    await writeFile(signingKeyFile(directory), 'not a key', { mode: 0o600 })
    const lines = await check()
    expect(remarks(lines)).toEqual(['✗ Signing key'])
    expect(JSON.stringify(lines)).not.toContain('not a key')
  })

  it('leaves out a directory that is not used', async () => {
    const lines = await check({ directory, isUsed: false, signingKeyFile: null })
    expect(said(lines, 'Signing key')).toContain('given by the environment')
    expect(lines.map(({ what }) => what)).not.toContain('Data directory')
  })
})
