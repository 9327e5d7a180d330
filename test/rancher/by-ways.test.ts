import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keptByRancher } from '../../lab/local-cluster/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { createRancherByWays, type Rancher } from '../../src/rancher/index.ts'
import { openWays, type Ways } from '../contract/support/ways.ts'
import { failureOf } from './support/failing.ts'
import { patient, startWorld, type World } from './support/world.ts'

const TIMEOUT_MS = 3_000

let world: World
let ways: Ways
let rancher: Rancher
let id: string

beforeEach(async () => {
  world = await startWorld()
  ways = await openWays(keptByRancher(world.lab, false))
  ;({ id } = world.lab.addCluster({ name: 'myk8s', registered: false }))
  rancher = byWays(world.connect({ timeoutMs: TIMEOUT_MS }))
})
afterEach(async () => {
  await ways.end()
  await world.end()
})

function byWays(api: Rancher): Rancher {
  const { url, caPem } = world.lab
  const network = { url, caPem, timeoutMs: TIMEOUT_MS }
  return createRancherByWays(
    [
      { name: 'API', isApi: true, rancher: api },
      { name: 'kubeconfig local.yaml', isApi: false, rancher: ways.connect('kubeconfig', network) },
      {
        name: 'container (docker)',
        isApi: false,
        rancher: ways.connect('container', { ...network, container: 'gone' }),
      },
    ],
    { headStartMs: 200 },
  )
}

const namesOf = async () => (await rancher.clusters(patient)).map(({ name }) => name)

describe('Rancher by several ways', () => {
  it('is asked by the first while that works, and nobody else is bothered', async () => {
    expect(await namesOf()).toEqual(['myk8s'])
    expect(rancher.reachedBy()).toEqual({ way: 'API', isApi: true, passedOver: [] })
    expect(ways.local.requests).toEqual([])
  })

  it('is asked by the next when its API is down, says why, and still tells that the network does not reach it', async () => {
    await world.lab.goDown()

    expect(await namesOf()).toEqual(['myk8s'])
    expect(rancher.reachedBy()).toEqual({
      way: 'kubeconfig local.yaml',
      isApi: false,
      passedOver: [
        { way: 'API', failure: expect.objectContaining({ code: 'rancher.unreachable' }) },
      ],
    })
    expect((await failureOf(rancher.ping(patient))).code).toBe('rancher.unreachable')
    const certificate = await failureOf(rancher.presentedCertificate('', patient))
    expect(certificate.code).toBe('rancher.unreachable')
  })

  it('is asked by its API again as soon as that answers again', async () => {
    await world.lab.goDown()
    await namesOf()
    await world.lab.comeBack()

    await namesOf()

    expect(rancher.reachedBy()).toEqual({ way: 'API', isApi: true, passedOver: [] })
  })

  it.each([
    ['rancher.unauthorized', () => byWays(world.connect({ token: new Secret('token-x:wrong') }))],
    ['rancher.certificate-untrusted', () => byWays(world.connect({ caPem: null }))],
    [
      'rancher.forbidden',
      () => {
        world.lab.forbid('/v3/clusters')
        return rancher
      },
    ],
    [
      'rancher.failing',
      () => {
        world.lab.answerEverythingWith({ status: 503, body: '', contentType: 'text/html' })
        return rancher
      },
    ],
  ] as const)('is asked by the next when its API ends with %s', async (code, spoil) => {
    rancher = spoil()
    expect(await namesOf()).toEqual(['myk8s'])
    expect(rancher.reachedBy()?.passedOver[0]?.failure.code).toBe(code)
  })

  it('does not wait for an API that hangs any longer than its head start', async () => {
    world.lab.hang('/v3')
    const startedAt = performance.now()

    expect(await namesOf()).toEqual(['myk8s'])

    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS)
    expect(rancher.reachedBy()).toMatchObject({
      way: 'kubeconfig local.yaml',
      passedOver: [{ way: 'API', failure: { code: 'rancher.timed-out' } }],
    })
  })

  it('takes what a way says about Rancher for the answer', async () => {
    const failure = await failureOf(rancher.findCluster('mky8s', patient))
    expect(failure.code).toBe('rancher.cluster-not-found')
    expect(ways.local.requests).toEqual([])
  })

  it('fails as its API does when no way works, and names what kept the others', async () => {
    await world.lab.goDown()
    await ways.local.gate.goDown()

    const failure = await failureOf(rancher.clusters(patient))

    expect(failure.code).toBe('rancher.unreachable')
    expect(failure.facts.otherWays).toMatch(/kubeconfig local.yaml: .*refused.*container.*gone/)
    expect(failure.message).toContain('The other ways cannot be used either')
  })

  it('stops asking by any way when the caller gives up', async () => {
    world.lab.hang('/v3')
    ways.local.gate.hang()
    const failure = await failureOf(rancher.clusters(AbortSignal.timeout(400)))
    expect(failure.code).toBe('rancher.timed-out')
  })

  it('creates a registration by the next way when the API token may only read them', async () => {
    world.lab.forbid('/v3/clusterregistrationtokens', 'POST')
    const { created, registration } = await rancher.ensureRegistration(id, patient)
    expect(created).toBe(true)
    expect(await rancher.registrations(id, patient)).toMatchObject([{ name: registration.name }])
  })

  it('creates one registration, by the way that works', async () => {
    world.lab.hang('/v3')
    const { created } = await rancher.ensureRegistration(id, patient)
    world.lab.hang(null)
    expect(created).toBe(true)
    expect(await rancher.registrations(id, patient)).toHaveLength(1)
  })
})
