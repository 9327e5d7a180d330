import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LabCluster, type LabClusterOptions, startCluster } from '../../lab/cluster/index.ts'
import {
  type Cluster,
  type KubernetesObject,
  openCluster,
  recordAt,
} from '../../src/cluster/index.ts'
import type { PlannedObject } from '../../src/recovery/index.ts'

const signal = new AbortController().signal
const assetsDirectory = process.env.KUBEBUILDER_ASSETS
const real: LabClusterOptions = { kind: 'real', assetsDirectory: assetsDirectory ?? '' }
const NAMESPACE = 'cattle-system'
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }

/** One way in which an agent can be: everything that an agent manifest says of one, and some more. */
interface Shape {
  readonly env: Readonly<Record<string, string>>
  readonly image: string
  readonly tolerations: readonly object[] | undefined
  readonly secretName: string | undefined
  readonly hasSidecar: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly replicas: number | undefined
  readonly data: Readonly<Record<string, string>>
  readonly subject: 'ServiceAccount' | 'User'
}

/**
 * A map with one entry that never changes. A map of which kubectl is left with nothing but the map itself keeps all that an apply
 * had put into it on 1.20.
 */
function map(key: fc.Arbitrary<string>, text: fc.Arbitrary<string>) {
  return fc
    .dictionary(key, text)
    .map((entries): Readonly<Record<string, string>> => ({ ...entries, kept: 'YWJj' }))
}

const name = fc.constantFrom('CATTLE_SERVER', 'CATTLE_CA_CHECKSUM', 'CATTLE_FEATURES', 'OWN')
const value = fc.constantFrom('', 'a', 'b', 'c d')
const shape: fc.Arbitrary<Shape> = fc.record({
  env: map(name, value),
  image: fc.constantFrom('rancher/rancher-agent:v2.1.5', 'rancher/rancher-agent'),
  tolerations: fc.option(
    fc.array(fc.record({ key: fc.constantFrom('x', 'y'), operator: fc.constant('Exists') }), {
      maxLength: 2,
    }),
    { nil: undefined },
  ),
  secretName: fc.option(fc.constantFrom('cattle-credentials-1', 'cattle-credentials-2'), {
    nil: undefined,
  }),
  hasSidecar: fc.boolean(),
  labels: map(fc.constantFrom('a', 'cattle.io/b'), fc.constantFrom('', 'v')),
  annotations: map(fc.constantFrom('n', 'cattle.io/n'), fc.constantFrom('', 'v')),
  replicas: fc.option(fc.constantFrom(0, 1, 2), { nil: undefined }),
  data: map(fc.constantFrom('url', 'token', 'a.b'), fc.constantFrom('', 'YQ==', 'Yg==')),
  subject: fc.constantFrom('ServiceAccount', 'User'),
})

function objectsOf(of: Shape, id: string): readonly KubernetesObject[] {
  const metadata = { name: `agent-${id}`, namespace: NAMESPACE }
  const env = Object.entries(of.env).map(([key, text]) => ({ name: key, value: text }))
  const fieldRef = { fieldRef: { fieldPath: 'spec.nodeName' } }
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...metadata, labels: of.labels },
      data: of.data,
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `agent-${id}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [
        { kind: of.subject, name: 'x', ...(of.subject !== 'User' && { namespace: NAMESPACE }) },
      ],
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, labels: of.labels, annotations: of.annotations },
      spec: {
        ...(of.replicas !== undefined && { replicas: of.replicas }),
        selector: { matchLabels: { app: id } },
        template: {
          metadata: { labels: { app: id } },
          spec: {
            serviceAccountName: of.hasSidecar ? 'other' : 'cattle',
            ...(of.tolerations && { tolerations: of.tolerations }),
            containers: [
              {
                name: 'agent',
                image: of.image,
                env,
                ...(of.secretName && {
                  volumeMounts: [{ name: 'credentials', mountPath: '/c', readOnly: true }],
                }),
              },
              ...(of.hasSidecar
                ? [
                    {
                      name: 'sidecar',
                      image: of.image,
                      env: [{ name: 'NODE', valueFrom: fieldRef }],
                      ports: [{ containerPort: 80 }],
                      readinessProbe: { httpGet: { path: '/', port: 80 } },
                    },
                  ]
                : []),
            ],
            ...(of.secretName && {
              volumes: [{ name: 'credentials', secret: { secretName: of.secretName } }],
            }),
          },
        },
      },
    },
  ]
}

/**
 * The same, with what Reagent had taken over from kubectl still in it. A server-side apply that no longer sends such a field removes
 * it from an item that kubectl keeps, and the API server refuses what is left; an agent manifest never does that.
 */
function keepingTaken(first: Shape, second: Shape, third: Shape): Shape {
  const hadSecret = first.secretName !== undefined && second.secretName !== undefined
  return {
    ...third,
    hasSidecar: third.hasSidecar || (first.hasSidecar && second.hasSidecar),
    secretName: third.secretName ?? (hadSecret ? second.secretName : undefined),
  }
}

/** An API server and Reagent's way to it. */
interface Side {
  readonly lab: LabCluster
  readonly cluster: Cluster
  readonly close: () => Promise<void>
}

async function startSide(options: LabClusterOptions): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), 'reagent-test-'))
  const lab = await startCluster({ ...options, withoutKubelet: true })
  const path = join(folder, 'kubeconfig')
  await writeFile(path, lab.kubeconfig)
  const cluster = await openCluster({
    source: { kind: 'file', path },
    timeoutMs: 10_000,
    fingerprintKey: Buffer.from('test'),
  })
  await lab.applyAsKubectl([namespace])
  return {
    lab,
    cluster,
    close: async () => {
      cluster.close()
      await lab.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function applied({ cluster }: Side, objects: readonly KubernetesObject[], fence: number) {
  const preview = await cluster.preview(objects, signal)
  for (const prepared of preview.prepared) {
    await cluster.write(prepared, { run: `r-${fence}`, fence }, signal)
  }
  return preview
}

/** What the comparison says, without whose fields are taken over: only newer servers know of others than kubectl. */
function withoutManagers(objects: readonly PlannedObject[]) {
  return objects.map(({ takesOverFrom: _managers, ...planned }) => planned)
}

const pairs = [
  { title: 'simulated servers', isHere: true, kind: {}, runs: 60 },
  { title: 'real servers', isHere: Boolean(assetsDirectory), kind: real, runs: 15 },
] as const

for (const { title, isHere, kind, runs } of pairs) {
  for (const kubernetesVersion of ['old', '1.14'] as const) {
    describe.runIf(isHere)(
      `on ${title}, one of 1.20 and one that behaves as ${kubernetesVersion}`,
      () => {
        let newer: Side
        let older: Side
        beforeAll(async () => {
          ;[newer, older] = await Promise.all([
            startSide(kind),
            startSide({ ...kind, kubernetesVersion }),
          ])
        })
        afterAll(() => Promise.all([newer?.close(), older?.close()]))

        it('the same objects over the same ones give the same plan and the same cluster', {
          timeout: 120_000,
        }, async () => {
          let count = 0
          await fc.assert(
            fc.asyncProperty(shape, shape, shape, async (first, second, drawn) => {
              const third = keepingTaken(first, second, drawn)
              const id = `n${count++}`
              const sides = [newer, older] as const
              const places = objectsOf(first, id)
              await Promise.all(sides.map(({ lab }) => lab.applyAsKubectl(places)))

              const plans = await both(sides, (side) => applied(side, objectsOf(second, id), 1))
              expect(withoutManagers(plans[1].objects)).toEqual(withoutManagers(plans[0].objects))
              plans[1].objects.forEach(({ takesOverFrom }, index) => {
                expect(plans[0].objects[index]?.takesOverFrom).toEqual(
                  expect.arrayContaining([...takesOverFrom]),
                )
              })
              expect(plans[1].restartsPods).toBe(plans[0].restartsPods)
              const [there, here] = await contents(sides, places)
              expect(here).toEqual(there)

              const next = await both(sides, (side) => applied(side, objectsOf(third, id), 2))
              expect(withoutManagers(next[1].objects)).toEqual(withoutManagers(next[0].objects))
              const last = await both(sides, (side) => applied(side, objectsOf(third, id), 3))
              for (const { objects } of last) {
                expect(objects.map(({ action }) => action)).toEqual(Array(3).fill('unchanged'))
              }
            }),
            { numRuns: runs, seed: 20 },
          )
        })
      },
    )
  }
}

async function both<T>([left, right]: readonly [Side, Side], act: (side: Side) => Promise<T>) {
  return [await act(left), await act(right)] as const
}

/** What is in the objects, but for what differs between any two servers. */
async function contents(sides: readonly [Side, Side], objects: readonly KubernetesObject[]) {
  return both(sides, async ({ lab }) => {
    const found = await Promise.all(
      objects.map(({ apiVersion, kind, metadata }) =>
        lab.find({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? '' }),
      ),
    )
    return found.map((object) => ({
      ...object,
      status: undefined,
      metadata: { labels: recordAt(object, 'metadata').labels },
    }))
  })
}
