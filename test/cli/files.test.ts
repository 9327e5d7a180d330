import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from './support/command-line.ts'

const home = process.cwd()
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-cli-'))
  process.chdir(folder)
})
afterEach(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true, force: true })
})

const MANIFEST = 'kind: Namespace\nmetadata: { name: cattle-system }\n'
const manifestLine = () => commandLine({ manifest: MANIFEST })

async function modeOf(file: string): Promise<string> {
  return ((await stat(file)).mode & 0o777).toString(8)
}

describe('reagent manifest', () => {
  it('writes a file that only its owner can read', async () => {
    const line = manifestLine()
    expect(await line.run('manifest', 'myk8s')).toBe(0)
    expect(await readFile('rancher-agents-myk8s.yml', 'utf8')).toBe(MANIFEST)
    expect(await modeOf('rancher-agents-myk8s.yml')).toBe('600')
    expect(line.stdout).not.toContain('cattle-system')
  })

  it('leaves a file that is there as it is, unless --force is given', async () => {
    await writeFile('rancher-agents-myk8s.yml', 'somebody’s', { mode: 0o644 })
    const line = manifestLine()
    expect(await line.run('manifest', 'myk8s')).toBe(2)
    expect(line.stderr).toContain('exists already')
    expect(await readFile('rancher-agents-myk8s.yml', 'utf8')).toBe('somebody’s')
    expect(await manifestLine().run('manifest', 'myk8s', '--force')).toBe(0)
    expect(await readFile('rancher-agents-myk8s.yml', 'utf8')).toBe(MANIFEST)
    expect(await modeOf('rancher-agents-myk8s.yml')).toBe('600')
    expect(await readdir('.')).toEqual(['rancher-agents-myk8s.yml'])
  })

  it('does not write through a symbolic link', async () => {
    await writeFile('elsewhere', 'untouched')
    await symlink('elsewhere', 'rancher-agents-myk8s.yml')
    expect(await manifestLine().run('manifest', 'myk8s')).toBe(2)
    expect(await manifestLine().run('manifest', 'myk8s', '--force')).toBe(0)
    expect(await readFile('elsewhere', 'utf8')).toBe('untouched')
  })

  it('stays in its folder whatever a cluster is called', async () => {
    for (const name of ['../../etc/passwd', '/etc/passwd', '..', 'a\u0000b', 'ü'.repeat(300)]) {
      expect(await manifestLine().run('manifest', name)).toBe(0)
    }
    const files = await readdir('.')
    expect(files).toContain('rancher-agents-..-..-etc-passwd.yml')
    expect(files).toHaveLength(5)
  })

  it('writes exactly the manifest to stdout with --output -', async () => {
    const line = manifestLine()
    expect(await line.run('manifest', 'myk8s', '--output', '-')).toBe(0)
    expect(line.stdout).toBe(MANIFEST)
    const asJson = manifestLine()
    await asJson.run('manifest', 'myk8s', '--output', '-', '--json')
    expect(asJson.json()).toEqual([{ cluster: 'myk8s', file: null, content: MANIFEST }])
  })

  it('says why a file cannot be written', async () => {
    const line = manifestLine()
    expect(await line.run('manifest', 'myk8s', '--output', 'missing/file.yml', '--json')).toBe(2)
    expect(line.json()).toMatchObject([{ error: { code: 'file.unwritable' } }])
  })
})

describe('reagent kubeconfig', () => {
  it('ends with 3 and the key to set where none is configured', async () => {
    const line = commandLine()
    expect(await line.run('kubeconfig', 'myk8s')).toBe(3)
    expect(line.stderr).toContain('clusters.myk8s.kubeconfig')
  })

  it('writes the kubeconfig so that only its owner can read it, and says which source it is from', async () => {
    const line = commandLine()
    const source = 'secret ops/myk8s'
    const kubeconfig = async () => ({ text: 'apiVersion: v1\nkind: Config\n', source })
    const openTerminal = async () => ({ ...line.terminal, kubeconfig })
    const able = commandLine({ parts: { openTerminal } })
    expect(await able.run('kubeconfig', 'myk8s', '--json')).toBe(0)
    expect(able.json()).toEqual([{ cluster: 'myk8s', file: 'kubeconfig-myk8s.yaml', source }])
    expect(await modeOf('kubeconfig-myk8s.yaml')).toBe('600')
    expect(await able.run('kubeconfig', 'myk8s', '--output', '-')).toBe(0)
    expect(able.stdout).toContain('kind: Config')
    expect(able.stderr).toContain('from secret ops/myk8s')
  })
})
