import { once } from 'node:events'
import { createServer } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createAuthority } from '../../lab/certificates/index.ts'
import { Secret } from '../../src/observe/index.ts'
import type { Failure } from '../../src/recovery/index.ts'
import { failureOf } from './support/failing.ts'
import { patient, startWorld, type World } from './support/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.end())

const clusters = () => failureOf(world.rancher.clusters(patient))
const answer = (status: number, body: string, contentType = 'text/html') =>
  world.lab.answerEverythingWith({ status, body, contentType })

it('a wrong API token is unauthorized, though Rancher writes the status as text', async () => {
  const stranger = world.connect({ token: new Secret('token-xxxxx:wrong') })
  expect(await failureOf(stranger.clusters(patient))).toMatchObject({
    code: 'rancher.unauthorized',
    facts: { url: world.lab.url },
  })
})

it('a token without the right is forbidden, with the action that was refused', async () => {
  world.lab.forbid('/v3/settings')
  const failure = await failureOf(world.rancher.settings(patient))
  expect(failure.code).toBe('rancher.forbidden')
  expect(failure.message).toMatch(/^The Rancher token may not read the setting [a-z-]+ \(403\)\.$/)
})

it('an unknown cluster is not found', async () => {
  expect(await failureOf(world.rancher.cluster('c-zzzzz', patient))).toMatchObject({
    code: 'rancher.not-found',
    facts: { what: 'cluster c-zzzzz' },
  })
})

it('a server error is failing, whoever answered it', async () => {
  answer(502, '<html>Bad Gateway</html>')
  expect(await clusters()).toMatchObject({ code: 'rancher.failing', facts: { status: '502' } })
  answer(503, '{"type":"error","status":503,"code":"ClusterUnavailable"}', 'application/json')
  expect(await clusters()).toMatchObject({ code: 'rancher.failing', facts: { status: '503' } })
})

it.each([
  ['a log-in page', 200, '<html>log in</html>'],
  ['a log-in page in place of 401', 401, '<html>log in</html>'],
  ['an ingress without this host', 404, 'default backend - 404'],
  ['a redirect', 302, ''],
  ['JSON of something else', 200, '[1]'],
  ['JSON with other types', 200, '{"data":[{"id":5}]}'],
])('%s is an unexpected answer', async (_what, status, body) => {
  answer(status, body)
  expect((await clusters()).code).toBe('rancher.unexpected-answer')
})

it('an error in the body counts, whatever the status line says', async () => {
  answer(200, '{"type":"error","status":"401","message":"must authenticate"}', 'application/json')
  expect((await clusters()).code).toBe('rancher.unauthorized')
})

it('an answer that is too large is not read to its end', async () => {
  answer(200, `{"data":["${'x'.repeat(9 * 1024 * 1024)}"]}`, 'application/json')
  expect(await clusters()).toMatchObject({
    code: 'rancher.answer-too-large',
    facts: { limitBytes: '8388608' },
  })
})

it('a Rancher that does not answer times out', async () => {
  world.lab.hang('/v3/')
  const hasty = world.connect({ timeoutMs: 100 })
  expect(await failureOf(hasty.clusters(patient))).toMatchObject({
    code: 'rancher.timed-out',
    facts: { timeoutMs: '100' },
  })
  await hasty.ping(patient)
})

it('a time limit of the caller is a time-out too', async () => {
  world.lab.hang('/v3/')
  const failure = await failureOf(world.rancher.clusters(AbortSignal.timeout(100)))
  expect(failure.code).toBe('rancher.timed-out')
  expect(Number(failure.facts.timeoutMs)).toBeLessThan(5_000)
})

it('a request ends at once when the caller gives up', async () => {
  world.lab.hang('/v3/')
  const controller = new AbortController()
  world.lab.onRequest(() => controller.abort())
  const failure = await failureOf(world.rancher.clusters(controller.signal))
  expect(failure).toMatchObject({
    code: 'rancher.unreachable',
    facts: { reason: 'the request was called off' },
  })
})

it('a Rancher that is down is unreachable', async () => {
  await world.lab.goDown()
  expect(await failureOf(world.rancher.ping(patient))).toMatchObject({
    code: 'rancher.unreachable',
    facts: { reason: 'connection refused' },
  })
})

it('a port without TLS is unreachable', async () => {
  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const failure = await failureOf(world.connect({ url: `https://127.0.0.1:${port}` }).ping(patient))
  server.close()
  expect(failure).toMatchObject({
    code: 'rancher.unreachable',
    facts: { reason: 'no TLS that fits at this address' },
  })
})

it('a certificate of another authority is untrusted', async () => {
  const { certPem } = createAuthority({ commonName: 'other-ca', now: new Date() })
  const failure = await failureOf(world.connect({ caPem: certPem }).ping(patient))
  expect(failure).toMatchObject({
    code: 'rancher.certificate-untrusted',
    facts: { reason: 'it was issued by an authority that is not trusted' },
  })
})

it('a connection from before the authority was changed is not used on', async () => {
  await world.rancher.ping(patient)
  world.lab.rotateCa()
  const first = await failureOf(world.rancher.ping(patient))
  expect(['rancher.unreachable', 'rancher.certificate-untrusted']).toContain(first.code)
  const second = await failureOf(world.rancher.ping(patient))
  expect(second.code).toBe('rancher.certificate-untrusted')
})

it('an expired certificate is untrusted, and so is one for another name', async () => {
  world.lab.presentCertificate({ validFrom: new Date('2020-01-01'), validForMs: 1_000 })
  expect(await failureOf(world.rancher.ping(patient))).toMatchObject({
    code: 'rancher.certificate-untrusted',
    facts: { reason: 'it has expired' },
  })
  world.lab.presentCertificate({ dnsNames: ['example.com'], ipAddresses: [] })
  expect(await failureOf(world.rancher.ping(patient))).toMatchObject({
    facts: { reason: 'it is not for this host name' },
  })
})

it('something that does not say pong is not Rancher', async () => {
  answer(200, 'ok')
  expect((await failureOf(world.rancher.ping(patient))).code).toBe('rancher.unexpected-answer')
})

it('no failure holds the API token, however deep one looks', async () => {
  const failures: Failure[] = []
  const collect = async () => {
    failures.push(await clusters(), await failureOf(world.rancher.settings(patient)))
  }
  answer(500, 'x')
  await collect()
  answer(200, 'x'.repeat(9 * 1024 * 1024))
  await collect()
  world.lab.rotateCa()
  await collect()
  await world.lab.goDown()
  await collect()
  expect(failures).toHaveLength(8)
  const everything = inspect(failures, { depth: Infinity, showHidden: true })
  expect(everything).not.toContain(world.lab.apiToken)
  expect(everything).not.toContain('Bearer')
})
