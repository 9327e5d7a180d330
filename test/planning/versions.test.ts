import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RancherCluster } from '../../src/rancher/index.ts'
import { type ApiServer, apiServerKinds, removeAgents } from '../cluster/api-server.ts'
import { openPlanningWorld, type PlanningWorld } from './support/planning-world.ts'

/** One of every line, and those where something changes within a line. */
const VERSIONS = [
  '2.1.5',
  '2.1.12',
  '2.2.13',
  '2.3.11',
  '2.4.18',
  '2.5.3',
  '2.5.16',
  '2.6.2',
  '2.6.14',
  '2.7.18',
  '2.8.9',
  '2.9.12',
  '2.10.11',
  '2.11.16',
  '2.12.0',
  '2.13.8',
  '2.14.4',
]
const KINDS = ['imported', 'rke1', 'rke2', 'k3s', 'hosted'] as const
const DEPLOYMENT = '/apis/apps/v1/namespaces/cattle-system/deployments/cattle-cluster-agent'

for (const kind of apiServerKinds) {
  describe.runIf(kind.isHere)(`a plan by any Rancher on ${kind.name}`, () => {
    let api: ApiServer
    let world: PlanningWorld | undefined

    beforeAll(async () => {
      api = await kind.start()
    })
    afterAll(() => api?.stop())
    afterEach(async () => {
      await world?.close()
      await removeAgents(api)
    })

    const open = async (
      ...options: Parameters<typeof openPlanningWorld> extends [unknown, ...infer R] ? R : never
    ) => {
      world = await openPlanningWorld(api, ...options)
      return world
    }

    it.each(VERSIONS)(
      'brings the agents of Rancher %s, and has nothing left to do then',
      async (version) => {
        const { buildAndApply, build } = await open({ version })

        const { plan } = await buildAndApply()
        const again = await build()

        expect(plan.effects.objects.map(({ ref }) => ref.name)).toContain('cattle-cluster-agent')
        expect(again.plan.effects.objects.filter(({ action }) => action !== 'unchanged')).toEqual(
          [],
        )
        expect(plan.effects.rancher).toBe(undefined)
      },
    )

    it.each(
      KINDS.flatMap((of) =>
        ['2.5.16', '2.11.16', '2.12.0']
          // The last with RKE is 2.11.
          .filter((version) => of !== 'rke1' || version !== '2.12.0')
          .map((version) => ({ of, version })),
      ),
    )('is made for a cluster of kind $of by Rancher $version', async ({ of, version }) => {
      const { build } = await open({ version, added: { kind: of } })

      const { plan } = await build()

      const names = plan.effects.objects.map(({ ref }) => ref.name)
      expect(names.includes('cattle-node-agent')).toBe(of === 'rke1')
    })

    it.each(['2.6.0', '2.6.14', '2.12.0', '2.14.4'])(
      'sets CATTLE_FEATURES on a new Deployment by Rancher %s, and again on every later apply',
      async (version) => {
        const { buildAndApply, build, rancher, clusterId, lab } = await open({ version })
        const { agentFeatures } = await rancher.cluster(clusterId, new AbortController().signal)

        await buildAndApply()
        lab.setSetting('agent-image', 'rancher/rancher-agent:v2.99.0')
        await buildAndApply()

        expect(await featuresOnCluster(api)).toBe(asText(agentFeatures))
        expect(asText(agentFeatures)).toContain('multi-cluster-management-agent=true')
        expect(writesIn((await build()).plan)).toEqual([])
      },
    )

    it('gives back CATTLE_FEATURES that a kubectl apply took away, and shows that', async () => {
      const { buildAndApply, build } = await open({ version: '2.12.0' })
      await buildAndApply()
      await setVariable(api, 'CATTLE_FEATURES', null)

      const { plan } = await build()

      const [deployment, ...others] = writesIn(plan)
      expect(others).toEqual([])
      expect(deployment?.changes).toMatchObject([
        {
          path: 'spec.template.spec.containers[cluster-register].env[CATTLE_FEATURES].value',
          to: expect.stringContaining('multi-cluster-management-agent=true'),
        },
      ])
    })

    it('takes Rancher’s word for the features over what is set on the Deployment', async () => {
      const { buildAndApply, build } = await open({ version: '2.12.0' })
      await buildAndApply()
      await setVariable(api, 'CATTLE_FEATURES', 'fleet=true,multi-cluster-management-agent=true')

      const [deployment] = writesIn((await build()).plan)

      expect(deployment?.changes).toMatchObject([
        {
          from: '"fleet=true,multi-cluster-management-agent=true"',
          to: expect.stringContaining('fleet=false'),
        },
      ])
    })

    it('says so when Rancher’s features lack the one that makes a cluster connected', async () => {
      const { build } = await open({ version: '2.12.0' })

      const { plan } = await build({ agentFeatures: { fleet: false } })

      expect(plan.notes).toContainEqual(
        expect.stringMatching(/lack multi-cluster-management-agent=true/),
      )
    })

    it('asks Rancher to push its own manifest only where it does not say the features', async () => {
      const { build } = await open({ version: '2.12.0' })
      const without: Partial<RancherCluster> = { agentFeatures: null }

      const [known, unknown, unknownAgain] = [
        await build(),
        await build(without),
        await build(without),
      ]

      expect(known.plan.effects).not.toHaveProperty('rancher')
      expect(unknown.plan.effects.rancher).toMatchObject([
        { ask: 'push-own-manifest', annotation: 'io.cattle.agent.force.deploy', value: 'true' },
      ])
      expect(unknown.plan.digest).not.toBe(known.plan.digest)
      expect(unknown.plan.digest).toBe(unknownAgain.plan.digest)
    })

    it('leaves the features that are there while Rancher does not say any', async () => {
      const { buildAndApply, build } = await open({ version: '2.12.0' })
      await buildAndApply()

      const { plan } = await build({ agentFeatures: null })

      expect(writesIn(plan)).toEqual([])
      expect(plan.notes).toContainEqual(
        expect.stringContaining('keeps its own env CATTLE_FEATURES'),
      )
    })

    it('says that the manifest of Rancher 2.5.3 forgets the node agent of a cluster built with RKE', async () => {
      const { build } = await open({ version: '2.5.3', added: { kind: 'rke1' } })

      const { plan } = await build()

      expect(plan.notes).toContainEqual(expect.stringMatching(/lacks the node agent/))
    })

    it('takes a newer Rancher for the newest known one, and says so', async () => {
      const { build } = await open({ version: '2.14.4', serverVersionSetting: 'v2.17.1' })

      const { plan } = await build()

      expect(plan.notes[0]).toBe(
        'This Rancher is v2.17.1, newer than 2.14, the newest that Reagent knows: it is treated like that one.',
      )
    })

    it('is refused for a Rancher that is older than all that is known, before anything is created there', async () => {
      const { build, lab } = await open({
        version: '2.1.5',
        serverVersionSetting: 'v2.0.16',
        added: { registered: false },
      })

      await expect(build()).rejects.toMatchObject({
        code: 'rancher.version-unsupported',
        message: 'This is Rancher v2.0.16; Reagent works with Rancher 2.1 to 2.14.',
      })
      expect(lab.requests.filter(({ method }) => method === 'POST')).toEqual([])
    })

    it.each(['2.1.5', '2.12.0'])(
      'finds the manifest of a Rancher %s that says no version anywhere, and says how',
      async (version) => {
        const { build, lab } = await open({ version, serverVersionSetting: 'dev' })
        lab.setSetting('agent-image', 'registry.example.com/agent:ours')
        lab.forbid('/rancherversion')

        const { plan } = await build()

        expect(plan.effects.objects.map(({ ref }) => ref.kind)).toContain('Deployment')
        expect(plan.notes[0]).toMatch(/^This Rancher does not say which version it is \(dev\)/)
      },
    )
  })
}

function writesIn({ effects }: Awaited<ReturnType<PlanningWorld['build']>>['plan']) {
  return effects.objects.filter(({ action }) => action !== 'unchanged')
}

function asText(features: RancherCluster['agentFeatures']): string {
  return Object.entries(features ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}

async function featuresOnCluster(api: ApiServer): Promise<unknown> {
  const { json } = await api.request('GET', DEPLOYMENT)
  const text = JSON.stringify(json)
  return /"name":"CATTLE_FEATURES","value":"([^"]*)"/.exec(text)?.[1]
}

/** As somebody with kubectl does; null takes it away. */
async function setVariable(api: ApiServer, name: string, value: string | null): Promise<void> {
  const { json } = await api.request('GET', DEPLOYMENT)
  const object = structuredClone(json) as unknown as {
    spec: { template: { spec: { containers: { env: { name: string; value?: string }[] }[] } } }
  }
  const [container] = object.spec.template.spec.containers
  if (!container) throw new Error('the Deployment has no container')
  container.env = container.env.filter((entry) => entry.name !== name)
  if (value !== null) container.env.push({ name, value })
  const { status } = await api.request('PUT', `${DEPLOYMENT}?fieldManager=kubectl-edit`, object)
  if (status !== 200) throw new Error(`the API server answers ${status}`)
}
