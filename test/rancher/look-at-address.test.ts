import { afterEach, beforeEach, expect, it } from 'vitest'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { caChecksumOf, createRancher, judgeChain, type Rancher } from '../../src/rancher/index.ts'

const patient = new AbortController().signal
let lab: LabRancher
let rancher: Rancher

beforeEach(async () => {
  lab = await startRancher()
  const token = new Secret(lab.apiToken)
  rancher = createRancher({ url: lab.url, token, caPem: lab.caPem, timeoutMs: 2_000 })
})
afterEach(async () => {
  rancher.close()
  await lab.close()
})

it('an address shows what a healthy Rancher shows to anybody, its refusal at the tunnel included', async () => {
  const view = await rancher.evidence.lookAt(lab.url, patient)
  expect(view).toMatchObject({
    ipAddresses: ['127.0.0.1'],
    problem: null,
    isPubliclyTrusted: false,
    isForThisHost: true,
    ping: { status: 200, isPong: true },
    caChecksum: caChecksumOf(lab.caPem.trimEnd()),
    connect: { body: expect.stringContaining('failed authentication') },
  })
  expect(Math.abs(Date.parse(view.serverTime ?? '') - Date.now())).toBeLessThan(60_000)
})

it('its chain is judged by the authority that agents have, before and after that changed', async () => {
  const before = lab.caPem
  const { chain } = await rancher.evidence.lookAt(lab.url, patient)
  expect(judgeChain(chain, before, '')).toBe('verifies')
  lab.rotateCa()
  const { chain: after } = await rancher.evidence.lookAt(lab.url, patient)
  expect(judgeChain(after, before, '')).toBe('of-another-authority')
})

it('of an address only three paths are asked, which need no log-in', async () => {
  const asked = lab.requests.length
  await rancher.evidence.lookAt(lab.url, patient)
  const paths = lab.requests.slice(asked).map(({ path }) => path)
  expect(paths.toSorted()).toEqual(['/ping', '/v3/connect', '/v3/settings/cacerts'])
})

it('an address that is down, silent or no https address is a view as well', async () => {
  lab.hang('/')
  const quick = createRancher({
    url: lab.url,
    token: new Secret(lab.apiToken),
    caPem: lab.caPem,
    timeoutMs: 200,
  })
  const silent = await quick.evidence.lookAt(lab.url, patient)
  quick.close()
  expect(silent).toMatchObject({ problem: 'no answer in time', ping: null, connect: null })
  await lab.goDown()
  const down = await rancher.evidence.lookAt(lab.url, patient)
  expect(down.problem).toBe('connection refused')
  const other = await rancher.evidence.lookAt('ldap://127.0.0.1', patient)
  expect(other.problem).toBe('it is not an https address')
})
