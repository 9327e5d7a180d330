import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { KubernetesObject } from '../../src/cluster/index.ts'
import { type ApiServer, apiServerKinds, removeAgents } from '../cluster/api-server.ts'
import { openPlanningWorld, type PlanningWorld } from './support/planning-world.ts'

const NODES = '/api/v1/nodes'
const SECRETS = '/api/v1/namespaces/cattle-system/secrets'
const PRIORITY_CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses'
const DEPLOYMENT = '/apis/apps/v1/namespaces/cattle-system/deployments/cattle-cluster-agent'

const controlPlaneTaint = { key: 'dedicated', value: 'infra', effect: 'NoSchedule' }
const controlPlaneToleration = { operator: 'Equal', ...controlPlaneTaint }
const ownToleration = { key: 'own', operator: 'Exists', effect: 'NoSchedule' }

/** What Rancher's import manifest leaves out, kept or rebuilt. */
for (const kind of apiServerKinds) {
  describe.runIf(kind.isHere)(`what the import manifest lacks, on ${kind.name}`, () => {
    let api: ApiServer
    let world: PlanningWorld
    const made: string[] = []

    beforeAll(async () => {
      api = await kind.start()
    })
    afterAll(() => api?.stop())
    beforeEach(async () => {
      world = await openPlanningWorld(api, { version: '2.12.0' })
      for (const node of await nodeNames()) await api.request('DELETE', `${NODES}/${node}`)
    })
    afterEach(async () => {
      await world.close()
      for (const path of made.splice(0)) await api.request('DELETE', path)
      await removeAgents(api)
    })

    describe('tolerations', () => {
      it('of a Deployment that is gone are made from the taints of the control plane', async () => {
        await addNode('cp', { labels: CONTROL_PLANE, taints: [controlPlaneTaint, byKubernetes] })

        const { plan } = await world.buildAndApply()

        expect((await podSpec()).tolerations).toEqual([...BY_MANIFEST, controlPlaneToleration])
        expect(plan.notes).toContain(
          'Deployment cattle-cluster-agent gets tolerations for the taints of the control plane: dedicated=infra:NoSchedule.',
        )
        expect((await world.build()).plan.effects.objects.every(isUnchanged)).toBe(true)
      })

      it('of a Deployment that is there stay, however many nodes are tainted otherwise', async () => {
        await addNode('cp', { labels: CONTROL_PLANE, taints: [controlPlaneTaint] })
        await addNode('w', { taints: [{ key: 'own', effect: 'NoSchedule' }] })
        await world.buildAndApply()
        await change((spec) => ({ ...spec, tolerations: [ownToleration] }))

        const { plan } = await world.build()

        expect(plan.effects.objects.every(isUnchanged)).toBe(true)
        expect(plan.notes).toContainEqual(
          expect.stringMatching(/^Deployment cattle-cluster-agent keeps its own tolerations/),
        )
      })

      it('that somebody’s kubectl apply took away come back where every node is tainted, and stay on later applies', async () => {
        await addNode('cp', { labels: CONTROL_PLANE, taints: [controlPlaneTaint] })
        await world.buildAndApply()
        await change((spec) => ({ ...spec, tolerations: BY_MANIFEST }))

        const { plan } = await world.buildAndApply()
        world.lab.setSetting('agent-image', 'rancher/rancher-agent:v2.12.1')
        await world.buildAndApply()

        expect(plan.effects.objects.filter((object) => !isUnchanged(object))).toMatchObject([
          { changes: [{ path: 'spec.template.spec.tolerations' }] },
        ])
        expect((await podSpec()).tolerations).toEqual([...BY_MANIFEST, controlPlaneToleration])
      })

      it('are left alone where one node takes the agent as it is', async () => {
        await addNode('cp', { labels: CONTROL_PLANE, taints: [controlPlaneTaint] })
        await addNode('w', {})
        await world.buildAndApply()
        await change((spec) => ({ ...spec, tolerations: BY_MANIFEST }))

        expect((await world.build()).plan.effects.objects.every(isUnchanged)).toBe(true)
      })

      it('that nobody can make are said to be missing', async () => {
        await addNode('w1', { taints: [controlPlaneTaint] })
        await addNode('w2', { taints: [{ key: 'gpu', effect: 'NoExecute' }] })

        const { plan } = await world.build()

        expect(plan.notes).toContainEqual(
          expect.stringMatching(
            /^No node takes the agent: all are tainted \(dedicated=infra:NoSchedule, gpu:NoExecute\)/,
          ),
        )
      })
    })

    describe('a private registry', () => {
      it('is logged in to again by a new Deployment whose secret is still there', async () => {
        await world.buildAndApply()
        await addRegistry()
        await api.request('DELETE', DEPLOYMENT)

        const { plan } = await world.buildAndApply()

        expect((await podSpec()).imagePullSecrets).toEqual([{ name: 'cattle-private-registry' }])
        expect(plan.notes).toContain(
          'The agent pulls its image with Secret cattle-private-registry again.',
        )
      })

      it('stays on a Deployment that uses it', async () => {
        await world.buildAndApply()
        await addRegistry()
        await change((spec) => ({ ...spec, imagePullSecrets: [{ name: 'our-own' }] }))

        const { plan } = await world.build()

        expect(plan.effects.objects.every(isUnchanged)).toBe(true)
        expect(plan.notes).toContainEqual(expect.stringContaining('keeps its own imagePullSecrets'))
      })

      it('whose secret is gone is said to need a push by Rancher', async () => {
        world.lab.setSetting('agent-image', 'registry.example.com/rancher/rancher-agent:v2.12.0')

        const { plan } = await world.build()

        expect(plan.notes).toContainEqual(
          expect.stringMatching(
            /^The agent’s image comes from registry\.example\.com, .* Rancher must push its own manifest/,
          ),
        )
      })
    })

    it.runIf(kind.hasDryRun)(
      'the priority class is given again to a new Deployment where it exists',
      async () => {
        const name = 'cattle-cluster-agent-priority-class'
        await add(PRIORITY_CLASSES, {
          apiVersion: 'scheduling.k8s.io/v1',
          kind: 'PriorityClass',
          metadata: { name },
          value: 1000,
        })

        const { plan } = await world.buildAndApply()

        expect((await podSpec()).priorityClassName).toBe(name)
        expect(plan.notes).toContainEqual(expect.stringContaining(`priority class ${name} again`))
      },
    )

    it('values set by hand stay, and are named; what Rancher renders wins', async () => {
      await world.buildAndApply()
      await change((spec) => ({
        ...spec,
        nodeSelector: { disk: 'ssd' },
        containers: spec.containers.map((container) => ({
          ...container,
          resources: { limits: { memory: '512Mi' } },
          env: [
            ...container.env.filter(({ name }) => name !== 'STRICT_VERIFY'),
            { name: 'STRICT_VERIFY', value: 'false' },
            { name: 'NO_PROXY', value: '10.0.0.0/8' },
          ],
        })),
      }))

      const { plan } = await world.buildAndApply()

      const { containers, nodeSelector } = await podSpec()
      expect(nodeSelector).toEqual({ disk: 'ssd' })
      expect(containers[0]?.resources).toEqual({ limits: { memory: '512Mi' } })
      expect(containers[0]?.env).toContainEqual({ name: 'NO_PROXY', value: '10.0.0.0/8' })
      expect(containers[0]?.env).toContainEqual({ name: 'STRICT_VERIFY', value: 'true' })
      expect(plan.notes).toContainEqual(
        'Deployment cattle-cluster-agent keeps its own nodeSelector, resources, env NO_PROXY: the manifest has others or none.',
      )
    })

    it('a variable that somebody took from a secret stays, though the manifest names it', async () => {
      const valueFrom = { secretKeyRef: { name: 'ours', key: 'strict', optional: true } }
      await world.buildAndApply()
      await change((spec) => ({
        ...spec,
        containers: spec.containers.map((container) => ({
          ...container,
          env: [
            ...container.env.filter(({ name }) => name !== 'STRICT_VERIFY'),
            { name: 'STRICT_VERIFY', valueFrom },
          ],
        })),
      }))

      const { plan } = await world.build()

      expect(plan.effects.objects.every(isUnchanged)).toBe(true)
      expect(plan.notes).toContainEqual(expect.stringContaining('keeps its own env STRICT_VERIFY'))
    })

    async function nodeNames(): Promise<readonly string[]> {
      const { json } = await api.request('GET', NODES)
      return (json as unknown as { items: { metadata: { name: string } }[] }).items.map(
        ({ metadata }) => metadata.name,
      )
    }

    async function addNode(
      name: string,
      { labels = {}, taints = [] }: { labels?: Record<string, string>; taints?: readonly object[] },
    ) {
      await add(NODES, {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name, labels },
        spec: { taints },
      })
    }

    async function addRegistry() {
      await add(SECRETS, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'cattle-private-registry' },
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': Buffer.from('{"auths":{}}').toString('base64') },
      })
    }

    async function add(collection: string, object: KubernetesObject) {
      const { status, json } = await api.request('POST', collection, object)
      if (status !== 201) throw new Error(`${status}: ${JSON.stringify(json)}`)
      made.push(`${collection}/${object.metadata.name}`)
    }

    async function podSpec(): Promise<PodSpec> {
      const { json } = await api.request('GET', DEPLOYMENT)
      return (json as unknown as LiveDeployment).spec.template.spec
    }

    /** As `kubectl edit` does. */
    async function change(edit: (spec: PodSpec) => PodSpec) {
      const { json } = await api.request('GET', DEPLOYMENT)
      const live = structuredClone(json) as unknown as LiveDeployment
      live.spec.template.spec = edit(live.spec.template.spec)
      const { status } = await api.request('PUT', `${DEPLOYMENT}?fieldManager=kubectl-edit`, live)
      if (status !== 200) throw new Error(`the API server answers ${status}`)
    }
  })
}

interface PodSpec {
  readonly tolerations?: readonly object[]
  readonly imagePullSecrets?: readonly object[]
  readonly priorityClassName?: string
  readonly nodeSelector?: object
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value?: string }[]
    readonly resources?: object
  }[]
}

interface LiveDeployment {
  readonly spec: { readonly template: { spec: PodSpec } }
}

const CONTROL_PLANE = { 'node-role.kubernetes.io/control-plane': 'true' }
const byKubernetes = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' }
const BY_MANIFEST = [
  { effect: 'NoSchedule', key: 'node-role.kubernetes.io/controlplane', value: 'true' },
  { effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' },
]

function isUnchanged({ action }: { readonly action: string }): boolean {
  return action === 'unchanged'
}
