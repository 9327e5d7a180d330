import { describe, expect, it } from 'vitest'
import { checkRegistration, readManifest, registrationIn } from '../../src/manifest/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { recorded } from '../fixtures/recorded.ts'

const IMPORT = recorded('rancher-v2.1.5/import.yaml')
const TOKEN = 'lp4rzlb6fq4nr24khrzjs5sd8tkhkvhr9h2rvpbwz4dnvtzqfvtwcs'
const expected = {
  serverUrl: 'https://rancher.example.com',
  registrations: [{ token: new Secret('another') }, { token: new Secret(TOKEN) }],
}
const check = (text: string, against = expected) => checkRegistration(readManifest(text), against)

describe('the registration in a manifest', () => {
  it('is decoded from the credentials secret and never prints its token', () => {
    const found = registrationIn(readManifest(IMPORT))

    expect(found).toMatchObject({
      secretName: 'cattle-credentials-303a0bd',
      url: 'https://rancher.example.com',
    })
    expect(found.token.reveal()).toBe(TOKEN)
    expect(JSON.stringify(found)).not.toContain(TOKEN)
  })

  it('passes when it is one of the cluster’s, whatever the slash at the end of server-url', () => {
    check(IMPORT)
    check(IMPORT, { ...expected, serverUrl: 'https://rancher.example.com/' })
  })

  it('is refused when its token is none of the cluster’s, as Rancher serves for any token', () => {
    expect(() => check(recorded('rancher-v2.1.5/import-badtoken.yaml'))).toThrow(
      expect.objectContaining({ code: 'manifest.wrong-token' }),
    )
    expect(() => check(IMPORT, { ...expected, registrations: [] })).toThrow(
      expect.objectContaining({ code: 'manifest.wrong-token' }),
    )
  })

  it.each([
    ['the secret', Buffer.from('https://rancher.example.com').toString('base64'), 'aHR0cHM6Ly94'],
    ['a workload', '"https://rancher.example.com"', '"https://192.0.2.7"'],
    ['nothing', 'name: CATTLE_SERVER', 'name: CATTLE_SERVERS'],
  ])('is refused when %s points to another server', (_what, from, to) => {
    expect(() => check(IMPORT.replace(from, to))).toThrow(
      expect.objectContaining({ code: 'manifest.wrong-server' }),
    )
  })

  it('is refused when a workload mounts other credentials', () => {
    const text = IMPORT.replace('secretName: cattle-credentials-303a0bd', 'secretName: other')
    expect(() => check(text)).toThrow(expect.objectContaining({ code: 'manifest.unreadable' }))
  })

  it('is refused when there are two', () => {
    const second =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: cattle-credentials-5c560d1, namespace: cattle-system}'
    expect(() => check(`${IMPORT}\n---\n${second}`)).toThrow(
      expect.objectContaining({ code: 'manifest.unreadable' }),
    )
  })
})
