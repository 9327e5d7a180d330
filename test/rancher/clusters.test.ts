import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectAgent } from './support/agent.ts'
import { failureOf } from './support/failing.ts'
import { until } from './support/until.ts'
import { patient, startWorld, type World } from './support/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld({ timeScale: 0.01 })
})
afterEach(() => world.end())

describe('a cluster', () => {
  it('is read with its connection, its API server and its version', async () => {
    const { id, registrationToken } = world.lab.addCluster({
      name: 'myk8s',
      apiEndpoint: 'https://192.0.2.10:6443',
      apiServerCaPem: 'PEM',
      kubernetesVersion: 'v1.18.9',
    })
    await connectAgent({ url: world.lab.url, caPem: world.lab.caPem, token: registrationToken })
    expect(await world.rancher.findCluster('myk8s', patient)).toMatchObject({
      id,
      name: 'myk8s',
      state: 'active',
      transitioning: 'no',
      message: '',
      driver: 'imported',
      internal: false,
      apiEndpoint: 'https://192.0.2.10:6443',
      apiServerCaPem: 'PEM',
      kubernetesVersion: 'v1.18.9',
    })

    world.lab.disconnectAgents(id)
    await until('unavailable', () => world.lab.clusterState(id) === 'unavailable')
    const lost = await world.rancher.cluster(id, patient)
    expect(lost.state).toBe('unavailable')
    expect(lost.message).toContain('waiting for cluster agent to connect')
    expect(lost.conditions.find(({ type }) => type === 'Ready')).toEqual({
      type: 'Ready',
      status: 'False',
      reason: 'ComponentStatsFetchingFailure',
      message: lost.message,
      lastUpdateTime: expect.stringMatching(/Z$/),
    })
  })

  it('is read before its first contact, when most fields are missing', async () => {
    const { id } = world.lab.addCluster({ name: 'new' })
    expect(await world.rancher.cluster(id, patient)).toMatchObject({
      state: 'pending',
      apiEndpoint: null,
      apiServerCaPem: null,
      kubernetesVersion: null,
    })
  })

  it('is read as a real Rancher showed one in the moment of its creation, without conditions', async () => {
    const recording = '../../lab/fixtures/rancher-v2.1.5/cluster-custom-created.json'
    world.lab.answerEverythingWith({
      status: 200,
      contentType: 'application/json',
      body: readFileSync(new URL(recording, import.meta.url), 'utf8'),
    })
    expect(await world.rancher.cluster('c-wrts8', patient)).toMatchObject({
      id: 'c-wrts8',
      name: 'custom1',
      conditions: [],
      driver: '',
    })
  })

  it('is read when Rancher sends null in place of lists and texts', async () => {
    world.lab.answerEverythingWith({
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({
        id: 'c-abcde',
        name: 'custom1',
        conditions: null,
        driver: null,
        version: null,
        caCert: '',
        unheardOf: { a: 1 },
      }),
    })
    expect(await world.rancher.cluster('c-abcde', patient)).toEqual({
      id: 'c-abcde',
      name: 'custom1',
      state: '',
      transitioning: '',
      message: '',
      conditions: [],
      driver: '',
      provider: '',
      agentFeatures: null,
      annotations: {},
      internal: false,
      apiEndpoint: null,
      apiServerCaPem: null,
      kubernetesVersion: null,
    })
  })
})

describe('finding a cluster', () => {
  it('takes its id in place of its name', async () => {
    const { id } = world.lab.addCluster({ name: 'myk8s' })
    expect((await world.rancher.findCluster(id, patient)).name).toBe('myk8s')
  })

  it('names all of them when several carry the same name', async () => {
    const ids = ['myk8s', 'myk8s'].map((name) => world.lab.addCluster({ name }).id)
    const failure = await failureOf(world.rancher.findCluster('myk8s', patient))
    expect(failure.code).toBe('rancher.cluster-ambiguous')
    expect(failure.facts).toEqual({ cluster: 'myk8s', count: '2', ids: ids.join(', ') })
  })

  it('does not decide between a cluster and another one that is named like its id', async () => {
    const { id } = world.lab.addCluster({ name: 'myk8s' })
    world.lab.addCluster({ name: id })
    const failure = await failureOf(world.rancher.findCluster(id, patient))
    expect(failure.code).toBe('rancher.cluster-ambiguous')
  })

  it('suggests the nearest names when one is misspelt', async () => {
    for (const name of ['myk8s', 'myk9s', 'myk8s-2', 'production', 'mycats']) {
      world.lab.addCluster({ name })
    }
    const failure = await failureOf(world.rancher.findCluster('mky8s', patient))
    expect(failure.code).toBe('rancher.cluster-not-found')
    expect(failure.facts).toEqual({ cluster: 'mky8s', nearest: 'myk8s' })
    expect(failure.nextStep).toContain('Did you mean myk8s?')
    const other = await failureOf(world.rancher.findCluster('zzzzzzzz', patient))
    expect(other.facts).toEqual({ cluster: 'zzzzzzzz' })
  })

  it('keeps a name with special characters a name', async () => {
    world.lab.addCluster({ name: 'myk8s' })
    for (const name of ['myk8s&limit=1', '../settings', 'c-../settings', '', 'x'.repeat(5_000)]) {
      const failure = await failureOf(world.rancher.findCluster(name, patient))
      expect(failure.code).toBe('rancher.cluster-not-found')
    }
    const paths = world.lab.requests.map(({ path }) => path.split('?')[0])
    expect(new Set(paths)).toEqual(new Set(['/v3/clusters']))
    expect(world.lab.requests[0]?.path).toBe('/v3/clusters?name=myk8s%26limit%3D1')
  })

  it('refuses the cluster that Rancher itself runs on', async () => {
    world.lab.addCluster({ name: 'local', id: 'local' })
    const failure = await failureOf(world.rancher.findCluster('local', patient))
    expect(failure.code).toBe('rancher.cluster-not-ours')
    const direct = await failureOf(world.rancher.cluster('local', patient))
    expect(direct.code).toBe('rancher.cluster-not-ours')
  })
})

describe('listing clusters', () => {
  it('follows three pages', async () => {
    const names = Array.from({ length: 2_100 }, (_, index) => `cluster-${index}`)
    for (const name of names) world.lab.addCluster({ name, registered: false })
    const listed = await world.rancher.clusters(patient)
    expect(listed.map(({ name }) => name)).toEqual(names)
    expect(world.lab.requests).toHaveLength(3)
  })

  it('does not take the API token to another server by a page link', async () => {
    for (const next of ['https://evil.example.com/v3/clusters?marker=x', '/v3/clusters', 'x']) {
      world.lab.answerEverythingWith({
        status: 200,
        contentType: 'application/json',
        body: JSON.stringify({ data: [], pagination: { next } }),
      })
      const failure = await failureOf(world.rancher.clusters(patient))
      expect(failure.code).toBe('rancher.unexpected-answer')
      expect(failure.facts.reason).toBe('the link to the next page leads to another server')
    }
  })

  it('stops when the pages never end', async () => {
    world.lab.answerEverythingWith({
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ data: [], pagination: { next: `${world.lab.url}/v3/clusters?m=1` } }),
    })
    const failure = await failureOf(world.rancher.clusters(patient))
    expect(failure.facts.reason).toBe('more than 100 pages')
  })
})
