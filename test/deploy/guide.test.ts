import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCompose } from './support/read-compose.ts'
import { REPOSITORY, readText } from './support/repository.ts'

const guide = readText('docs/deployment.md')
const blocks = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-guide-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** In place of a container engine: runs `reagent` of this checkout, with the one folder that is mounted where it is here. */
const DOCKER = `#!/bin/sh
while [ "$1" != reagent ]; do shift; done
[ "$*" = "reagent keys --output /secrets" ] || exit 64
exec "${process.execPath}" "${REPOSITORY}src/main.ts" keys --output secrets
`

describe('the deployment guide', () => {
  it('links to files that are there, and names such in its commands', () => {
    const links = [...guide.matchAll(/\]\(\.\.\/([^)#]+)\)/g)].map(([, path = '']) => path)
    const files = [...guide.matchAll(/\bdeploy\/kubernetes\/(?:base|http)[\w./-]*/g)].map(String)
    const beside = [...guide.matchAll(/-f (compose\S*\.yaml)/g)].map(([, file]) => `deploy/${file}`)
    for (const found of [links, files, beside]) expect(found).not.toEqual([])
    const missing = [...links, ...files, ...beside].filter(
      (path) => !existsSync(`${REPOSITORY}${path}`),
    )
    expect(missing).toEqual([])
  })

  it('makes every secret of compose.yaml with commands that can be pasted', async () => {
    const commands = blocks.filter((block) => block.includes('> secrets/'))
    expect(commands).toHaveLength(2)
    await runIn(folder, commands.join('').replace(/^docker compose .*$/m, ''))

    const project = readCompose('deploy/compose.yaml', 'deploy/compose.socket-mode.yaml')
    const needed = Object.values(project.secrets).map(({ file }) => file.replace('./secrets/', ''))
    const made = await readdir(join(folder, 'secrets'))
    expect(made.toSorted()).toEqual(needed.toSorted())
    for (const name of made) {
      const { mode } = await stat(join(folder, 'secrets', name))
      expect((mode & 0o777).toString(8), `users of the containers can read ${name}`).toBe('444')
      expect((await readFile(join(folder, 'secrets', name), 'utf8')).trim()).not.toBe('')
    }
    expect(((await stat(join(folder, 'secrets'))).mode & 0o777).toString(8)).toBe('700')
  })

  it('has only commands that a shell can read', async () => {
    for (const block of blocks) {
      await expect(promisify(execFile)('sh', ['-nc', block]), block).resolves.toMatchObject({
        stderr: '',
      })
    }
  })
})

/** Runs shell commands in a folder, the stand-in for a container engine first on the PATH. */
async function runIn(directory: string, commands: string): Promise<void> {
  const programs = join(directory, 'bin')
  await mkdir(programs)
  await writeFile(join(programs, 'docker'), DOCKER)
  await chmod(join(programs, 'docker'), 0o755)
  await promisify(execFile)('sh', ['-euc', commands], {
    cwd: directory,
    env: { ...process.env, PATH: [programs, process.env.PATH].join(delimiter) },
  })
}
