import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { keptByRancher } from '../../lab/local-cluster/index.ts'
import { openCluster } from '../../src/cluster/index.ts'
import { buildPlan } from '../../src/planning/index.ts'
import type { Rancher, Registration } from '../../src/rancher/index.ts'
import { connectAgent } from '../rancher/support/agent.ts'
import { failureOf } from '../rancher/support/failing.ts'
import { until } from '../rancher/support/until.ts'
import { patient, startWorld, type World } from '../rancher/support/world.ts'
import { openWays, otherWays, type Ways } from './support/ways.ts'

let world: World
let ways: Ways

beforeEach(async () => {
  world = await startWorld({ timeScale: 0.01 })
  ways = await openWays(keptByRancher(world.lab, false))
})
afterEach(async () => {
  await ways.end()
  await world.end()
})

describe.each(otherWays)('Rancher by %s', (way) => {
  const connect = (change: { readonly timeoutMs?: number } = {}) =>
    ways.connect(way, { url: world.lab.url, caPem: world.lab.caPem, ...change })

  it('has the same values as by its API', async () => {
    const { lab } = world
    lab.addCluster({ name: 'local', id: 'local' })
    const { id, registrationToken } = lab.addCluster({
      name: 'myk8s',
      apiEndpoint: 'https://192.0.2.10:6443',
      apiServerCaPem: 'PEM',
    })
    const other = lab.addCluster({ name: 'other', lost: true })
    lab.addCluster({ name: 'new' })
    lab.issueRegistration(id, { name: 'system' })
    await connectAgent({ url: lab.url, caPem: lab.caPem, token: registrationToken })
    await until('active', () => lab.clusterState(id) === 'active')
    const rancher = connect()

    const expected = await valuesOf(world.rancher, id)
    expect(expected.clusters.map(({ state }) => state)).toEqual([
      expect.any(String),
      'active',
      'unavailable',
      'pending',
    ])
    expect(expected.registrations).toHaveLength(2)
    expect(await valuesOf(rancher, id)).toEqual(expected)
    expect(await rancher.cluster(other.id, patient)).toEqual(
      await world.rancher.cluster(other.id, patient),
    )
  })

  it('fails for the same reasons as its API', async () => {
    const { lab } = world
    lab.addCluster({ name: 'local', id: 'local' })
    for (const name of ['myk8s', 'twice', 'twice']) lab.addCluster({ name })
    const rancher = connect()
    const calls: ((rancher: Rancher) => Promise<unknown>)[] = [
      (by) => by.findCluster('mky8s', patient),
      (by) => by.findCluster('zzzzzzzzz', patient),
      (by) => by.findCluster('twice', patient),
      (by) => by.findCluster('local', patient),
      (by) => by.findCluster('', patient),
      (by) => by.findCluster('c-../settings', patient),
      (by) => by.cluster('local', patient),
      (by) => by.cluster('c-zzzzz', patient),
      (by) => by.cluster('../settings', patient),
      (by) => by.ensureRegistration('c-zzzzz', patient),
    ]
    for (const call of calls) {
      const expected = await failureOf(call(world.rancher))
      const { code, facts } = await failureOf(call(rancher))
      expect({ code, facts }).toEqual({ code: expected.code, facts: expected.facts })
    }
    lab.setSetting('server-url', '')
    expect((await failureOf(rancher.settings(patient))).code).toBe('rancher.server-url-unset')
  })

  it('gives a cluster without one a registration, once, that Rancher knows', async () => {
    const { id } = world.lab.addCluster({ name: 'myk8s', registered: false })
    world.lab.issueRegistration(id, { name: 'system' })
    const rancher = connect()

    const first = await rancher.ensureRegistration(id, patient)
    const again = await rancher.ensureRegistration(id, patient)
    const byApi = await world.rancher.ensureRegistration(id, patient)

    expect(first.created).toBe(true)
    expect([again.created, byApi.created]).toEqual([false, false])
    expect(revealed([again.registration, byApi.registration])).toEqual(
      revealed([first.registration, first.registration]),
    )
    expect(first.registration.token.reveal()).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{54}$/)
    const token = first.registration.token.reveal()
    const agent = await connectAgent({ url: world.lab.url, caPem: world.lab.caPem, token })
    expect(agent.kind).toBe('session')
  })

  it('serves the manifest of Rancher itself where that answers', async () => {
    const { id } = world.lab.addCluster({ name: 'myk8s' })

    expect(await manifestOf(connect(), id)).toEqual(await manifestOf(world.rancher, id))
  })

  it('pings Rancher and looks at its certificate over the network, and never at its own cluster for that', async () => {
    const rancher = connect()
    await rancher.ping(patient)
    expect(await rancher.presentedCertificate(world.lab.caPem, patient)).toEqual(
      await world.rancher.presentedCertificate(world.lab.caPem, patient),
    )
    await world.lab.goDown()
    expect((await failureOf(rancher.ping(patient))).code).toBe('rancher.unreachable')
    expect(ways.local.requests).toEqual([])
  })

  it('says that it may not, that it is gone and that it hangs, each as a way that cannot be used', async () => {
    const rancher = connect({ timeoutMs: 1_500 })
    ways.local.gate.forbid((_method, path) => path.includes('/clusters'))
    expect(await reasonOf(rancher.clusters(patient))).toMatch(/may not list clusters \(403\)/)
    ways.local.gate.forbid(null)

    ways.local.gate.hang()
    expect(await reasonOf(rancher.clusters(patient))).toMatch(/within 1500 ms/)
    const stopped = await failureOf(rancher.clusters(AbortSignal.timeout(200)))
    expect(stopped.code).toBe('rancher.timed-out')
    ways.local.gate.hang(false)

    await ways.local.gate.goDown()
    expect(await reasonOf(rancher.clusters(patient))).toMatch(
      /refused|ECONNREFUSED|cannot be reached/,
    )
    await ways.local.gate.comeBack()
    expect(await rancher.clusters(patient)).toEqual([])
  })

  it('leads to the same plan as the API, with a manifest of Rancher’s and with a rendered one', async () => {
    const downstream = await startDownstream()
    try {
      const { id } = world.lab.addCluster({
        name: 'myk8s',
        lost: true,
        apiEndpoint: downstream.lab.server,
        apiServerCaPem: downstream.lab.caPem,
      })
      const rancher = connect()
      const byApi = await downstream.plan(world.rancher, id)
      const downloaded = await downstream.plan(rancher, id)
      await world.lab.goDown()
      const rendered = await downstream.plan(rancher, id)

      expect(byApi.effects.objects).toHaveLength(7)
      expect(downloaded.digest).toBe(byApi.digest)
      expect(rendered.effects).toEqual(byApi.effects)
      expect(rendered.digest).toBe(byApi.digest)
      expect(rendered.notes.filter((note) => note.includes('rendered'))).toEqual([
        expect.stringMatching(/No connection to Rancher/),
      ])
      expect(downloaded.notes).toEqual(byApi.notes)
    } finally {
      await downstream.end()
    }
  })
})

describe('registration tokens that Rancher keeps in Secrets (2.13.8, 2.14.4)', () => {
  it('are read from there', async () => {
    const { id, registrationToken } = world.lab.addCluster({ name: 'myk8s' })
    const later = await openWays(keptByRancher(world.lab, true))
    try {
      const rancher = later.connect('kubeconfig', { url: world.lab.url, caPem: null })
      expect(revealed(await rancher.registrations(id, patient))).toEqual(
        revealed(await world.rancher.registrations(id, patient)),
      )
      expect(registrationToken).not.toBe('')
    } finally {
      await later.end()
    }
  })
})

describe('a container behind ssh', () => {
  it('is read and written as one on this machine, though a shell stands between', async () => {
    const { id } = world.lab.addCluster({ name: 'myk8s', registered: false })
    const network = { url: world.lab.url, caPem: world.lab.caPem }
    const rancher = ways.connect('container over ssh', network)
    const { registration } = await rancher.ensureRegistration(id, patient)
    expect(await valuesOf(rancher, id)).toEqual(await valuesOf(world.rancher, id))
    expect(revealed(await world.rancher.registrations(id, patient))).toEqual(
      revealed([registration]),
    )
  })
})

describe('a container that is not there', () => {
  it('is named with what docker says', async () => {
    const network = { url: world.lab.url, caPem: null, container: 'gone' }
    const rancher = ways.connect('container', network)
    expect(await reasonOf(rancher.settings(patient))).toMatch(/No such container: gone/)
  })
})

async function valuesOf(rancher: Rancher, id: string) {
  return {
    clusters: await rancher.clusters(patient),
    byName: await rancher.findCluster('myk8s', patient),
    byId: await rancher.findCluster(id, patient),
    settings: await rancher.settings(patient),
    version: await rancher.version(patient),
    registrations: revealed(await rancher.registrations(id, patient)),
  }
}

function revealed(registrations: readonly Registration[]) {
  return registrations.map(({ token, ...same }) => ({ ...same, token: token.reveal() }))
}

async function manifestOf(rancher: Rancher, id: string) {
  const { registration } = await rancher.ensureRegistration(id, patient)
  return rancher.importManifest(await rancher.version(patient), registration, patient)
}

async function reasonOf(call: Promise<unknown>): Promise<string> {
  const failure = await failureOf(call)
  expect(failure.code).toBe('rancher.way-unusable')
  return failure.message
}

async function startDownstream() {
  const lab: LabCluster = await startCluster({ withoutKubelet: true })
  const folder = await mkdtemp(join(tmpdir(), 'reagent-ways-'))
  const path = join(folder, 'myk8s.yaml')
  await writeFile(path, lab.kubeconfig, { mode: 0o600 })
  const fingerprintKey = Buffer.from('key of this installation')
  const cluster = await openCluster({
    source: { kind: 'file', path },
    timeoutMs: 10_000,
    fingerprintKey,
  })
  return {
    lab,
    async plan(rancher: Rancher, id: string) {
      const rancherCluster = await rancher.cluster(id, patient)
      return (await buildPlan({ rancher, cluster, rancherCluster, signal: patient })).plan
    },
    async end() {
      cluster.close()
      await lab.close()
    },
  }
}
