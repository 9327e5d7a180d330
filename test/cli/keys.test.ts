import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/index.ts'
import { verifyKeyOf } from '../../src/recovery/index.ts'
import { commandLine } from './support/command-line.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-keys-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const SIGNING_KEY = 'signing-key.pem'
const VERIFY_KEY = 'verify-key.pem'

async function modeOf(file: string): Promise<string> {
  return ((await stat(join(folder, file))).mode & 0o777).toString(8)
}

describe('reagent keys', () => {
  it('writes a pair that a bot and a worker start with, as files', async () => {
    const line = commandLine()
    expect(await line.run('keys', '--output', folder)).toBe(0)

    await writeFile(join(folder, 'reagent.yaml'), 'slack: { team: T012ABCDEF }')
    const env = { REAGENT_CONFIG: join(folder, 'reagent.yaml') }
    const bot = readConfig(
      {
        ...env,
        SLACK_BOT_TOKEN: 'xoxb-test',
        SLACK_SIGNING_SECRET: 'secret',
        REAGENT_SIGNING_KEY_FILE: join(folder, SIGNING_KEY),
      },
      'bot',
    )
    const worker = readConfig(
      {
        ...env,
        RANCHER_URL: 'https://rancher.example.com',
        RANCHER_TOKEN: 'token-test:unused',
        REAGENT_VERIFY_KEY_FILE: join(folder, VERIFY_KEY),
      },
      'worker',
    )
    if (!bot.signingKey || !worker.verifyKey) throw new Error('a key is missing')
    expect(verifyKeyOf(bot.signingKey).equals(worker.verifyKey)).toBe(true)
  })

  it('lets only the owner read them, and says which is for whom without showing them', async () => {
    const line = commandLine()
    await line.run('keys', '--output', folder)
    expect([await modeOf(SIGNING_KEY), await modeOf(VERIFY_KEY)]).toEqual(['600', '600'])
    expect(line.stdout).toMatch(/signing-key\.pem: for the bot only, as REAGENT_SIGNING_KEY_FILE/)
    expect(line.stdout).toMatch(/verify-key\.pem: for the workers, as REAGENT_VERIFY_KEY_FILE/)
    expect(line.stdout).not.toContain('BEGIN')
  })

  it.each([SIGNING_KEY, VERIFY_KEY])('never replaces %s, nor leaves half a pair', async (there) => {
    await writeFile(join(folder, there), 'in use')
    const line = commandLine()
    expect(await line.run('keys', '--output', folder)).toBe(2)
    expect(line.stderr).toContain(`${there}" exists already`)
    expect(line.stderr).toContain('Use the pair that is there')
    expect(await readdir(folder)).toEqual([there])
    expect(await readFile(join(folder, there), 'utf8')).toBe('in use')
  })

  it('makes the folder, for its owner only, and answers in JSON when asked', async () => {
    const line = commandLine()
    const made = join(folder, 'secrets')
    expect(await line.run('keys', '--output', made, '--json')).toBe(0)
    expect(line.json()).toEqual([
      { signingKey: join(made, SIGNING_KEY), verifyKey: join(made, VERIFY_KEY) },
    ])
    expect(await modeOf('secrets')).toBe('700')
  })

  it('says why it cannot write', async () => {
    await writeFile(join(folder, 'file'), '')
    const line = commandLine()
    expect(await line.run('keys', '--output', join(folder, 'file', 'below'), '--json')).toBe(2)
    expect(line.json()).toMatchObject([{ error: { code: 'file.unwritable' } }])
  })
})
