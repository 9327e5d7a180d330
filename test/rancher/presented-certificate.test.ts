import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { failureOf } from './support/failing.ts'
import { patient, startWorld, type World } from './support/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.end())

it('shows a certificate that verifies', async () => {
  const presented = await world.rancher.presentedCertificate(world.lab.caPem, patient)
  expect(presented.verdict).toEqual({ trusted: true })
  expect(presented.issuer).toBe(new X509Certificate(world.lab.caPem).subject)
  expect(presented.issuer).toContain('CN=cattle-ca')
  expect(presented.subject).toContain('CN=cattle')
  expect(presented.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  expect(Date.parse(presented.validTo)).toBeGreaterThan(Date.parse(presented.validFrom))
})

it('shows a certificate of an authority that was changed, and that it does not verify', async () => {
  const oldCa = world.lab.caPem
  const before = await world.rancher.presentedCertificate(oldCa, patient)
  world.lab.rotateCa()
  const after = await world.rancher.presentedCertificate(oldCa, patient)
  expect(after.verdict).toEqual({
    trusted: false,
    reason: 'it was issued by an authority that is not trusted',
  })
  expect(after.fingerprint).not.toBe(before.fingerprint)
  const withNewCa = await world.rancher.presentedCertificate(world.lab.caPem, patient)
  expect(withNewCa).toEqual({ ...after, verdict: { trusted: true } })
})

it('judges by the authorities of the system when none is given', async () => {
  const { verdict } = await world.rancher.presentedCertificate('', patient)
  expect(verdict.trusted).toBe(false)
})

it('shows an expired certificate with its dates', async () => {
  world.lab.presentCertificate({ validFrom: new Date('2020-01-01T00:00:00Z'), validForMs: 60_000 })
  expect(await world.rancher.presentedCertificate(world.lab.caPem, patient)).toMatchObject({
    validFrom: '2020-01-01T00:00:00.000Z',
    validTo: '2020-01-01T00:01:00.000Z',
    verdict: { trusted: false, reason: 'it has expired' },
  })
})

it('shows a certificate for another name', async () => {
  world.lab.presentCertificate({ dnsNames: ['ingress.local'], ipAddresses: [] })
  const { verdict } = await world.rancher.presentedCertificate(world.lab.caPem, patient)
  expect(verdict).toEqual({ trusted: false, reason: 'it is not for this host name' })
})

it('fails when nobody answers or the caller has given up', async () => {
  const aborted = await failureOf(
    world.rancher.presentedCertificate(world.lab.caPem, AbortSignal.abort()),
  )
  expect(aborted.facts.reason).toBe('the request was called off')
  await world.lab.goDown()
  const down = await failureOf(world.rancher.presentedCertificate(world.lab.caPem, patient))
  expect(down).toMatchObject({
    code: 'rancher.unreachable',
    facts: { reason: 'connection refused' },
  })
})
