import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Secret } from '../../src/observe/index.ts'
import { caChecksumOf, rancherVersionOf } from '../../src/rancher/index.ts'
import { failureOf } from './support/failing.ts'
import { patient, startWorld, type World } from './support/world.ts'

const version = rancherVersionOf('v2.1.5')
let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.end())

describe('settings', () => {
  it('come with the checksum of the authority, and the server address without a final slash', async () => {
    world.lab.setSetting('server-url', 'https://rancher.example.com/')
    const caCerts = world.lab.caPem.trimEnd()
    expect(await world.rancher.settings(patient)).toEqual({
      serverUrl: 'https://rancher.example.com',
      caCerts,
      caChecksum: caChecksumOf(caCerts),
      agentImage: 'rancher/rancher-agent:v2.1.5',
    })
  })

  it('fall back to the default of a setting that is empty', async () => {
    world.lab.setSetting('agent-image', '')
    world.lab.setSetting('cacerts', '')
    expect(await world.rancher.settings(patient)).toMatchObject({
      caCerts: '',
      caChecksum: '',
      agentImage: 'rancher/rancher-agent:master',
    })
  })

  it('are a failure of their own without server-url', async () => {
    world.lab.setSetting('server-url', '')
    const failure = await failureOf(world.rancher.settings(patient))
    expect(failure.code).toBe('rancher.server-url-unset')
  })
})

describe('the import manifest', () => {
  const registration = (token: string) => ({
    id: 'c-abcde:crt-abcde',
    name: 'crt-abcde',
    clusterId: 'c-abcde',
    token: new Secret(token),
  })
  const anyToken = registration('bcdfghjklmnpqrstvwxz2456789')

  it('is the text that Rancher serves, asked for without the API token', async () => {
    const { id } = world.lab.addCluster({ name: 'myk8s' })
    const [first] = await world.rancher.registrations(id, patient)
    expect(first).toBeDefined()
    if (!first) return
    const { text: manifest } = await world
      .connect({ token: new Secret('wrong') })
      .importManifest(version, first, patient)
    expect(manifest).toContain(Buffer.from(first.token.reveal()).toString('base64'))
    expect(manifest).toContain(`value: "${world.lab.url}"`)
  })

  it('is served for a token that nobody issued, so it proves nothing', async () => {
    const { text } = await world.rancher.importManifest(version, anyToken, patient)
    expect(text).toContain('cattle-credentials-')
  })

  it('is never asked for with a token that could change the path', async () => {
    for (const token of ['', '../../v3/clusters', `${'a'.repeat(30)}/x`, 'short', 'A'.repeat(54)]) {
      const failure = await failureOf(
        world.rancher.importManifest(version, registration(token), patient),
      )
      expect(failure.code).toBe('rancher.unexpected-answer')
    }
    expect(world.lab.requests).toEqual([])
  })

  it('is refused when it is larger than a mebibyte', async () => {
    world.lab.serveManifest('# '.repeat(25 * 1024 * 1024))
    const failure = await failureOf(world.rancher.importManifest(version, anyToken, patient))
    expect(failure.code).toBe('manifest.too-large')
    expect(failure.facts).toEqual({ limitBytes: '1048576' })
  })

  it('is refused when it is a web page', async () => {
    world.lab.answerEverythingWith({
      status: 200,
      body: '<!doctype html>',
      contentType: 'text/plain',
    })
    const failure = await failureOf(world.rancher.importManifest(version, anyToken, patient))
    expect(failure.code).toBe('rancher.unexpected-answer')
  })
})
