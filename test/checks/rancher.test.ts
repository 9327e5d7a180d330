import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../../lab/certificates/index.ts'
import { Failure } from '../../src/recovery/index.ts'
import { accessOf, type Lab, linesOf, remarks, said, startLab } from './support/lab.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let lab: Lab
beforeAll(async () => {
  lab = await startLab()
})
afterEach(() => {
  const { rancher } = lab
  rancher.setSetting('server-url', rancher.url)
  rancher.setSetting('server-version', 'v2.1.5')
  rancher.changeApiToken({ clusterId: null, expiresAt: null, globalRoles: ['user-base'] })
  rancher.forbid(null)
})
afterAll(() => lab.close())

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

describe('reagent check of Rancher', () => {
  it('names a token that Rancher does not accept', async () => {
    const rancher = lab.connectRancher({ token: 'token-abcde:wrong' })
    const lines = await linesOf({ ...lab.parts, ...accessOf(rancher) })
    expect(remarks(lines)).toEqual(['✗ Rancher token'])
    expect(said(lines, 'Rancher token')).toMatch(/\(401\).* → .*set RANCHER_TOKEN/)
  })

  it('tells a token with a cluster scope from a wrong one', async () => {
    lab.rancher.changeApiToken({ clusterId: 'c-abcde' })
    const lines = await linesOf(lab.parts)
    expect(remarks(lines)).toEqual(['✗ Rancher token'])
    expect(said(lines, 'Rancher token')).toMatch(/one cluster only.* → .*without a scope/)
  })

  it('says when the token ends, and warns in the last 14 days', async () => {
    lab.rancher.changeApiToken({ expiresAt: inDays(90.5) })
    const long = await linesOf(lab.parts)
    expect(remarks(long)).toEqual([])
    expect(said(long, 'Rancher token')).toContain('(in 90 days)')
    lab.rancher.changeApiToken({ expiresAt: inDays(13.5) })
    const short = await linesOf(lab.parts)
    expect(remarks(short)).toEqual(['! Rancher token'])
    expect(said(short, 'Rancher token')).toMatch(/only good until .* \(in 13 days\) → Create/)
  })

  it('warns of a token that may do more than is needed', async () => {
    lab.rancher.changeApiToken({ globalRoles: ['user', 'admin'] })
    const lines = await linesOf(lab.parts)
    expect(remarks(lines)).toEqual(['! Rancher rights'])
    expect(said(lines, 'Rancher rights')).toMatch(/global role admin: more than.* → .*User-Base/)
  })

  it('does not mind that the token’s user may not see role bindings', async () => {
    lab.rancher.forbid('/v3/globalrolebindings')
    expect(remarks(await linesOf(lab.parts))).toEqual([])
  })

  it('names the cluster whose registrations the token may not read', async () => {
    lab.rancher.forbid('/v3/clusterregistrationtokens')
    const lines = await linesOf(lab.parts)
    expect(remarks(lines)).toEqual(['✗ Rancher rights'])
    expect(said(lines, 'Rancher rights')).toMatch(/tokens of myk8s → .*Cluster Owner of myk8s/)
  })

  it('says when Rancher tells agents another address', async () => {
    lab.rancher.setSetting('server-url', 'https://rancher.elsewhere.example')
    const lines = await linesOf(lab.parts)
    expect(remarks(lines)).toEqual(['✗ Rancher server-url'])
    expect(said(lines, 'Rancher server-url')).toContain('https://rancher.elsewhere.example')
  })

  it('says which versions it recovers clusters of', async () => {
    const expected: readonly (readonly [string, readonly string[]])[] = [
      ['v2.1.0', []],
      ['v2.5.5', []],
      ['v2.12.0', []],
      ['v2.16.0', ['! Rancher version']],
      ['v2.0.16', ['✗ Rancher version']],
      ['dev', ['! Rancher version']],
    ]
    lab.rancher.setSetting('agent-image', 'rancher/rancher-agent:head')
    for (const [version, wanted] of expected) {
      lab.rancher.setSetting('server-version', version)
      const lines = await linesOf(lab.parts)
      expect(remarks(lines), version).toEqual(wanted)
      expect(said(lines, 'Rancher version')).toContain(version)
    }
  })

  it('refuses a certificate of another authority than the configured one, and tests nothing behind it', async () => {
    const { certPem: caPem } = createAuthority({ commonName: 'another', now: new Date() })
    const lines = await linesOf({ ...lab.parts, ...accessOf(lab.connectRancher({ caPem })) })
    expect(remarks(lines)).toEqual(['✗ Rancher address'])
    expect(said(lines, 'Rancher address')).toMatch(/does not verify.* → .*RANCHER_CA_FILE/)
    const skipped = lines.filter(({ status }) => status === 'skipped')
    expect(skipped.map(({ what }) => what)).toEqual([
      'Rancher token',
      'Rancher rights',
      'Rancher version',
      'Rancher server-url',
      'Rancher certificate',
      'Cluster myk8s: identity',
      'Other clusters',
    ])
  })

  it('says when the certificate is not the one that agents are told to trust', async () => {
    const { certPem } = createAuthority({ commonName: 'another', now: new Date() })
    const before = lab.rancher.caPem.trimEnd()
    lab.rancher.setSetting('cacerts', certPem.trimEnd())
    const lines = await linesOf(lab.parts)
    lab.rancher.setSetting('cacerts', before)
    expect(remarks(lines)).toEqual(['✗ Rancher certificate'])
    expect(said(lines, 'Rancher certificate')).toMatch(
      /agents do not accept it.* → .*cacerts into line/,
    )
  })

  it('does not take a certificate for bad that it cannot see past a proxy', async () => {
    const rancher = {
      ...lab.connectRancher(),
      presentedCertificate: async () => {
        throw new Failure('rancher.unreachable', { url: lab.rancher.url, reason: 'refused' })
      },
    }
    const lines = await linesOf({ ...lab.parts, ...accessOf(rancher) })
    expect(remarks(lines)).toEqual(['! Rancher certificate'])
  })

  it('warns of a certificate that ends soon', async () => {
    const clock = () => inDays(360)
    const lines = await linesOf({ ...lab.parts, clock })
    // The kubeconfig of the lab is good for a year as well.
    expect(remarks(lines)).toContain('! Rancher certificate')
    expect(said(lines, 'Rancher certificate')).toMatch(/good until .* → Renew it in time/)
  })

  it('names clusters that Rancher knows and that have no kubeconfig here', async () => {
    lab.rancher.addCluster({ name: 'forgotten' })
    const lines = await linesOf(lab.parts)
    expect(remarks(lines)).toEqual(['! Other clusters'])
    expect(said(lines, 'Other clusters')).toMatch(/no kubeconfig for forgotten: .* → Name one/)
  })
})
