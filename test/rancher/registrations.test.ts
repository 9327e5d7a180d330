import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { failureOf } from './support/failing.ts'
import { patient, startWorld, type World } from './support/world.ts'

let world: World
afterEach(() => world.end())

const posts = () => world.lab.requests.filter(({ method }) => method === 'POST')

describe('registrations', () => {
  it('are those of the cluster, and do not show their tokens', async () => {
    world = await startWorld()
    world.lab.addCluster({ name: 'other' })
    const { id, registrationToken } = world.lab.addCluster({ name: 'myk8s' })
    const registrations = await world.rancher.registrations(id, patient)
    expect(registrations.map(({ token }) => token.reveal())).toEqual([registrationToken])
    expect(registrations[0]).toMatchObject({ clusterId: id, name: expect.stringMatching(/^crt-/) })
    expect(inspect(registrations) + JSON.stringify(registrations)).not.toContain(registrationToken)
  })

  it('are reused, the same one each time', async () => {
    world = await startWorld()
    const { id } = world.lab.addCluster({ name: 'myk8s' })
    world.lab.issueRegistration(id)
    world.lab.issueRegistration(id)
    const first = await world.rancher.ensureRegistration(id, patient)
    const second = await world.rancher.ensureRegistration(id, patient)
    expect(first.created).toBe(false)
    expect(second.registration.id).toBe(first.registration.id)
    expect(posts()).toEqual([])
  })

  it('are created when there is only the one for Rancher itself, and waited for', async () => {
    world = await startWorld({ registrationTokenDelayMs: 300 })
    const { id } = world.lab.addCluster({ name: 'myk8s', registered: false })
    const ownToken = world.lab.issueRegistration(id, { name: 'system' })
    const { registration, created } = await world.rancher.ensureRegistration(id, patient)
    expect(created).toBe(true)
    expect(registration.name).toMatch(/^crt-/)
    expect(registration.token.reveal()).toMatch(/^[a-z0-9]{54}$/)
    expect(registration.token.reveal()).not.toBe(ownToken)
    expect(posts()).toHaveLength(1)
    const all = await world.rancher.registrations(id, patient)
    expect(all.map(({ name }) => name)).toEqual(['system', registration.name])
  })

  it('are not created twice while Rancher takes its time', async () => {
    world = await startWorld({ registrationTokenDelayMs: 60_000 })
    const { id } = world.lab.addCluster({ name: 'myk8s', registered: false })
    const hasty = world.connect({ timeoutMs: 300 })
    for (const attempt of [1, 2]) {
      const failure = await failureOf(hasty.ensureRegistration(id, patient))
      expect([attempt, failure.code]).toEqual([attempt, 'rancher.registration-pending'])
    }
    expect(posts()).toHaveLength(1)
    expect(await world.rancher.registrations(id, patient)).toEqual([])
  })

  it('need a token that may create them', async () => {
    world = await startWorld()
    const { id } = world.lab.addCluster({ name: 'myk8s', registered: false })
    world.lab.forbid('/v3/clusterregistrationtokens', 'POST')
    const failure = await failureOf(world.rancher.ensureRegistration(id, patient))
    expect(failure.code).toBe('rancher.forbidden')
    expect(failure.facts).toEqual({ action: `create a registration token for cluster ${id}` })
  })

  it('stop being waited for when the caller gives up', async () => {
    world = await startWorld({ registrationTokenDelayMs: 60_000 })
    const { id } = world.lab.addCluster({ name: 'myk8s', registered: false })
    const controller = new AbortController()
    let lists = 0
    world.lab.onRequest(({ method }) => {
      if (method === 'GET') lists += 1
      if (lists === 2) controller.abort()
    })
    const failure = await failureOf(world.rancher.ensureRegistration(id, controller.signal))
    expect(failure.code).toBe('rancher.unreachable')
    expect(failure.facts.reason).toBe('the request was called off')
  })
})
