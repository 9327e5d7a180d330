import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../../lab/certificates/index.ts'

const now = new Date(Date.now() - 1_000)
const ca = createAuthority({ commonName: 'cattle-ca', organization: 'the-ranch', now })
const server = ca.issue({
  commonName: 'api',
  dnsNames: ['kubernetes.default.svc', 'localhost'],
  ipAddresses: ['127.0.0.1', '::1', 'fd00::1:0:2'],
  now,
  validForMs: 3_600_000,
})
const client = ca.issue({
  commonName: 'admin',
  organization: 'system:masters',
  dnsNames: [],
  ipAddresses: [],
  client: true,
  now,
  validForMs: 3_600_000,
})

it('issues what it was asked for', () => {
  const certificate = new X509Certificate(server.certPem)
  expect(certificate.subject).toBe('CN=api')
  expect(certificate.issuer).toBe('O=the-ranch\nCN=cattle-ca')
  expect(certificate.ca).toBe(false)
  expect(new X509Certificate(ca.certPem).ca).toBe(true)
  expect(certificate.checkHost('kubernetes.default.svc')).toBeDefined()
  expect(certificate.checkIP('fd00:0:0:0:0:1:0:2')).toBeDefined()
  expect(certificate.verify(new X509Certificate(ca.certPem).publicKey)).toBe(true)
  expect(certificate.validToDate.getTime() - certificate.validFromDate.getTime()).toBe(3_600_000)
})

it('makes an authority that outlives 2050 readable', () => {
  const late = createAuthority({ commonName: 'late', now: new Date('2045-06-01T00:00:00Z') })
  expect(new X509Certificate(late.certPem).validToDate.getUTCFullYear()).toBe(2055)
})

it('lets a server and a client trust each other over TLS', async () => {
  const listening = createServer(
    { key: server.keyPem, cert: server.certPem, ca: ca.certPem, requestCert: true },
    (asked, answer) => {
      const { subject } = (asked.socket as TLSSocket).getPeerCertificate()
      answer.end(`${subject.CN} ${subject.O}`)
    },
  ).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  const port = typeof address === 'object' ? address?.port : 0
  const asked = request({
    host: '127.0.0.1',
    port,
    ca: ca.certPem,
    key: client.keyPem,
    cert: client.certPem,
    agent: false,
  }).end()
  const [answer] = await once(asked, 'response')
  let body = ''
  for await (const chunk of answer) body += String(chunk)
  listening.close()
  expect(body).toBe('admin system:masters')
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.log('openssl is not installed: its strict verification is not run')

describe.runIf(hasOpenssl)('openssl', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'reagent-certificates-'))
    writeFileSync(join(directory, 'ca.pem'), ca.certPem)
    writeFileSync(join(directory, 'server.pem'), server.certPem)
    writeFileSync(join(directory, 'client.pem'), client.certPem)
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  it.each([
    ['server.pem', 'sslserver'],
    ['client.pem', 'sslclient'],
  ])('verifies %s strictly as %s', (file, purpose) => {
    const strictly = ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', 'ca.pem', file]
    expect(execFileSync('openssl', strictly, { cwd: directory, encoding: 'utf8' })).toBe(
      `${file}: OK\n`,
    )
  })
})
