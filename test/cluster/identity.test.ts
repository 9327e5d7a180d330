import { describe, expect, it } from 'vitest'
import { createAuthority } from '../../lab/certificates/index.ts'
import { checkIdentity } from '../../src/cluster/index.ts'

const now = new Date('2026-11-23T00:00:00Z')
const own = createAuthority({ commonName: 'kube-ca', now }).certPem
const other = createAuthority({ commonName: 'kube-ca', now }).certPem
const apiEndpoint = 'https://192.0.2.10:6443'
const server = 'https://myk8s.example.com:6443'
const check = (caPem: string | null, apiServerCaPem: string | null) =>
  checkIdentity({ server, caPem }, { apiEndpoint, apiServerCaPem })

describe('whether the kubeconfig is of the cluster that Rancher means', () => {
  it('is so when both trust the same authority, whatever the text looks like', () => {
    check(own, own)
    check(`# my cluster\n${own.replaceAll('\n', '\r\n')}`, own)
  })

  it('is so when one of several authorities is the same', () => {
    check(other + own, own)
    check(own, other + own)
  })

  it('is left open where Rancher has no record yet', () => {
    check(own, null)
    check(null, '')
  })

  it('is not so with another authority of the same name, and both are named', () => {
    expect(() => check(other, own)).toThrow(
      expect.objectContaining({
        code: 'cluster.wrong-cluster',
        facts: {
          found: expect.stringMatching(
            /^https:\/\/myk8s\.example\.com:6443 \(authority [0-9a-f]{8}\)$/,
          ),
          expected: expect.stringMatching(
            /^https:\/\/192\.0\.2\.10:6443 \(authority [0-9a-f]{8}\)$/,
          ),
        },
      }),
    )
  })

  it.each([
    ['relies on the system’s authorities', null],
    ['holds no readable authority', '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----'],
  ])('is not so when the kubeconfig %s', (_how, caPem) => {
    expect(() => check(caPem, own)).toThrow(
      expect.objectContaining({ code: 'cluster.wrong-cluster' }),
    )
  })
})
