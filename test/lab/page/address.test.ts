import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPage } from '../../../lab/page/index.ts'
import { startWorld, until, type World } from '../../../lab/world/index.ts'
import { ask } from '../support/plain-request.ts'

const DEMO = fileURLToPath(new URL('../../../lab/demo.ts', import.meta.url))

describe('the address of the page', () => {
  let world: World
  let page: Awaited<ReturnType<typeof openPage>>

  beforeAll(async () => {
    world = await startWorld({ timeScale: 0.02 })
    page = await openPage(world)
  })
  afterAll(async () => {
    await page?.close()
    await world?.close()
  })

  const api = (path: string) => new URL(path, page.url).href
  const post = (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
    ask(api(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })

  it('answers to 127.0.0.1 and localhost, and to no other name that leads there', async () => {
    const { port } = new URL(page.url)
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `rebound.example:${port}`, '127.0.0.1']
    const answers = await Promise.all(hosts.map((host) => ask(page.url, { headers: { host } })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 403, 403])
  })

  it('is open on 127.0.0.1 only', async () => {
    const { port } = new URL(page.url)
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address)
    const open = await Promise.all(
      ['127.0.0.1', '127.0.0.2', '::1', ...others].map((host) => isOpen(host, Number(port))),
    )
    expect(open).toEqual([true, ...open.slice(1).map(() => false)])
  })

  it('takes nothing from other pages, no forms and nothing long', async () => {
    const body = JSON.stringify({ action: 'rancher-down' })
    expect(await post('/api/world', body, { origin: 'http://other.example' })).toMatchObject({
      status: 403,
    })
    expect(await post('/api/world', body, { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
    })
    expect(await post('/api/say', JSON.stringify({ text: 'x'.repeat(20_000) }))).toMatchObject({
      status: 413,
    })
    expect(await post('/api/world', '{')).toMatchObject({ status: 400 })
    expect(await post('/api/world', '{"action":"format-disks"}')).toMatchObject({ status: 400 })
    expect(await post('/api/say', '{"person":"nobody","text":"/rancher help"}')).toMatchObject({
      status: 400,
    })
  })

  it('knows its own files and calls only, each with its method', async () => {
    expect(await ask(api('/../package.json'))).toMatchObject({ status: 404 })
    expect(await ask(api('/%2e%2e/index.ts'))).toMatchObject({ status: 404 })
    expect(await ask(api('/api/events?person=nobody'))).toMatchObject({ status: 404 })
    expect(await ask(page.url, { method: 'POST' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    })
    expect(await ask(api('/api/say'))).toMatchObject({ status: 405, headers: { allow: 'POST' } })
  })

  it('lets only its own files run in the page', async () => {
    const { headers, text } = await ask(page.url)
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(text).not.toMatch(/<script>|<style|\sstyle=|\son\w+=|https?:/)
  })

  it('says how to go on when the port of the page is taken', async () => {
    const port = Number(new URL(page.url).port)
    await expect(openPage(world, { port })).rejects.toThrow(
      `Port ${port} is taken. Choose another with --port, or none for any free one.`,
    )
  })
})

describe('the demo', () => {
  it('prints the address of the page without a terminal, and leaves nothing behind when it is ended', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'demo-'))
    const demo = spawn(process.execPath, [DEMO], {
      env: { ...process.env, TMPDIR: folder, KUBEBUILDER_ASSETS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    demo.stdout.on('data', (data: Buffer) => {
      printed += data.toString()
    })
    const exited = once(demo, 'exit')
    const url = await until('the address', () => /http:\/\/127\.0\.0\.1:\d+\//.exec(printed)?.[0])
    expect(await ask(url)).toMatchObject({ status: 200 })
    demo.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    expect((await readdir(folder)).filter((name) => name.startsWith('reagent'))).toEqual([])
    await rm(folder, { recursive: true })
  })
})

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 })
    const finish = (isIt: boolean) => () => {
      socket.destroy()
      resolve(isIt)
    }
    socket.once('connect', finish(true)).once('error', finish(false)).once('timeout', finish(false))
  })
}
