import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Cluster,
  type JsonRecord,
  type KubernetesObject,
  openCluster,
  type PreparedObject,
  recordAt,
  recordsAt,
} from '../../src/cluster/index.ts'
import { adaptApiVersions, readManifest, wantedFrom } from '../../src/manifest/index.ts'
import { recorded } from '../fixtures/recorded.ts'
import { type ApiServer, apiServerKinds, removeAgents } from './api-server.ts'

const importYaml = recorded('rancher-v2.1.5/import.yaml')
const signal = new AbortController().signal
const writer = { run: 'r-1', fence: 7 }
const NAMESPACE = '/api/v1/namespaces/cattle-system'
const DEPLOYMENT = '/apis/apps/v1/namespaces/cattle-system/deployments/cattle-cluster-agent'
const CLUSTER_ROLE = '/apis/rbac.authorization.k8s.io/v1/clusterroles/cattle-admin'
const SECRET = `${NAMESPACE}/secrets/cattle-credentials-303a0bd`
const CHECKSUM = 'ad0eb7067ffa83f8a47fe0550929b9167dd275dfc374401ff664789c2697972a'
const OLD_CHECKSUM = 'f314c47d'.repeat(8)
const TOKEN = 'lp4rzlb6fq4nr24khrzjs5sd8tkhkvhr9h2rvpbwz4dnvtzqfvtwcs'
const TOKEN_BASE64 = Buffer.from(TOKEN).toString('base64')

for (const kind of apiServerKinds) {
  describe.runIf(kind.isHere)(`preview and write on ${kind.name}`, () => {
    let api: ApiServer
    let cluster: Cluster

    beforeAll(async () => {
      api = await kind.start()
    })
    afterAll(() => api?.stop())
    beforeEach(async () => {
      await removeAgents(api)
      cluster = await open(api.kubeconfigPath)
    })
    afterEach(() => cluster.close())

    async function wanted(change: (text: string) => string = (text) => text) {
      const served = await cluster.served(signal)
      const { objects } = adaptApiVersions(readManifest(change(importYaml)), served)
      const live = await cluster.read(objects, signal)
      const surroundings = await cluster.surroundings(signal)
      const lacking = { features: null, surroundings }
      return wantedFrom(objects, (object) => live[objects.indexOf(object)] ?? null, lacking).objects
    }

    async function apply(objects: readonly KubernetesObject[], by = writer) {
      const preview = await cluster.preview(objects, signal)
      for (const prepared of preview.prepared) await cluster.write(prepared, by, signal)
      return preview
    }

    /** The agents as `kubectl apply` of an older manifest left them. */
    async function agentsByKubectl(change: (text: string) => string = (text) => text) {
      for (const object of await wanted(change)) {
        const { status } = await api.request(
          'POST',
          `${collectionOf(object)}?fieldManager=kubectl`,
          object,
        )
        expect(status).toBe(201)
      }
    }

    async function only(name: string, change: (text: string) => string): Promise<PreparedObject> {
      const { prepared } = await cluster.preview(await wanted(change), signal)
      const found = prepared.find(({ planned }) => planned.ref.name === name)
      if (!found) throw new Error(`${name} is not in the plan`)
      return found
    }

    it('plans the whole manifest where nothing is, writes it, and then finds nothing left to do', async () => {
      const { objects } = await apply(await wanted())

      expect(objects.map(({ action, ref }) => `${action} ${ref.kind} ${ref.name}`)).toEqual([
        'create Namespace cattle-system',
        'create ServiceAccount cattle',
        'create ClusterRole cattle-admin',
        'create Secret cattle-credentials-303a0bd',
        'create ClusterRoleBinding cattle-admin-binding',
        'create Deployment cattle-cluster-agent',
        'create DaemonSet cattle-node-agent',
      ])
      const again = await cluster.preview(await wanted(), signal)
      expect(again.objects.map(({ action }) => action)).toEqual(Array(7).fill('unchanged'))
      expect(again.restartsPods).toBe(0)
    })

    it('brings the objects of Rancher 2.12.0 too, its Service included', async () => {
      const manifest = () => recorded('rancher-v2.12.0/import.yaml')
      const { objects } = await apply(await wanted(manifest))

      expect(objects.map(({ ref }) => ref.kind)).toContain('Service')
      const again = await cluster.preview(await wanted(manifest), signal)
      expect(again.objects.map(({ action }) => action)).toEqual(Array(9).fill('unchanged'))
    })

    it('marks what it writes with the run and its fence, and the marks are no change of a plan', async () => {
      await apply(await wanted())
      const marks = { 'reagent/run': 'r-1', 'reagent/fence': '7' }

      expect(await annotationsOf(DEPLOYMENT)).toMatchObject(marks)
      const { prepared } = await cluster.preview(await wanted(), signal)
      for (const object of prepared) {
        expect(await cluster.write(object, { run: 'r-2', fence: 8 }, signal)).toEqual({
          written: false,
        })
      }
      expect(await annotationsOf(DEPLOYMENT)).toMatchObject(marks)
    })

    it('shows exactly the fields that differ, and whose fields it takes over', async () => {
      await agentsByKubectl((text) => text.replaceAll(CHECKSUM, OLD_CHECKSUM))

      const preview = await cluster.preview(await wanted(), signal)

      const changed = preview.objects.filter(({ action }) => action !== 'unchanged')
      expect(changed).toEqual([
        {
          ref: {
            apiVersion: expect.stringMatching(/^(apps|extensions)\/v1/),
            kind: 'Deployment',
            namespace: 'cattle-system',
            name: 'cattle-cluster-agent',
          },
          action: 'update',
          changes: [checksumChange('cluster-register')],
          takesOverFrom: kind.hasFieldManagers ? ['kubectl'] : [],
        },
        expect.objectContaining({ action: 'update', changes: [checksumChange('agent')] }),
      ])
      expect(preview.restartsPods).toBe(1)
    })

    it('writes nothing while it previews', async () => {
      await agentsByKubectl((text) => text.replaceAll(CHECKSUM, OLD_CHECKSUM))
      const before = await api.request('GET', DEPLOYMENT)
      const changed = (text: string) => text.replace('rancher-agent:v2.1.5', 'rancher-agent:v2.1.6')

      await cluster.preview(await wanted(changed), signal)

      expect(await api.request('GET', DEPLOYMENT)).toEqual(before)
    })

    it('creates nothing while it previews an empty cluster', async () => {
      await cluster.preview(await wanted(), signal)

      expect((await api.request('GET', '/api/v1/namespaces/cattle-system')).status).toBe(404)
      expect((await api.request('GET', CLUSTER_ROLE)).status).toBe(404)
    })

    it('previews the same twice while an unrelated status changes', async () => {
      await agentsByKubectl((text) => text.replaceAll(CHECKSUM, OLD_CHECKSUM))
      const first = await cluster.preview(await wanted(), signal)
      await reportStatus({ observedGeneration: 1, replicas: 1, unavailableReplicas: 1 })

      const second = await cluster.preview(await wanted(), signal)

      expect(second.objects).toEqual(first.objects)
    })

    it('leaves tolerations, pull secrets and variables of an existing Deployment alone', async () => {
      await agentsByKubectl((text) => text.replaceAll(CHECKSUM, OLD_CHECKSUM))
      const own = {
        tolerations: [{ operator: 'Exists' }],
        imagePullSecrets: [{ name: 'registry' }],
      }
      const { json } = await api.request('GET', DEPLOYMENT)
      await api.request('PUT', DEPLOYMENT, withPodSpec(json, own))

      await apply(await wanted())

      const after = await api.request('GET', DEPLOYMENT)
      expect(recordAt(after.json, 'spec', 'template', 'spec')).toMatchObject(own)
      expect(JSON.stringify(after.json)).toContain(CHECKSUM)
    })

    it('starts one replica again where an agent was scaled to none', async () => {
      await agentsByKubectl()
      await patch(DEPLOYMENT, { spec: { replicas: 0 } })

      const { objects } = await apply(await wanted())

      expect(objects.find(({ action }) => action === 'update')?.changes).toEqual([
        { path: 'spec.replicas', from: '0', to: '1' },
      ])
    })

    it('shows values of secrets as fingerprints that tell only whether they are equal', async () => {
      const preview = await cluster.preview(await wanted(), signal)

      const secret = preview.objects.find(({ ref }) => ref.kind === 'Secret')
      expect(secret?.changes).toEqual([
        { path: 'data.token', to: expect.stringMatching(/^fp:[0-9a-f]{12}$/) },
        { path: 'data.url', to: expect.stringMatching(/^fp:[0-9a-f]{12}$/) },
        { path: 'type', to: '"Opaque"' },
      ])
      const text = JSON.stringify([preview.objects, preview.notes])
      expect(text).not.toContain(TOKEN)
      expect(text).not.toContain(Buffer.from(TOKEN).toString('base64'))
    })

    it('is refused by the API server when the object changed since it was compared', async () => {
      await agentsByKubectl((text) => text.replaceAll(CHECKSUM, OLD_CHECKSUM))
      const object = await only('cattle-cluster-agent', (text) => text)
      await patch(DEPLOYMENT, { spec: { minReadySeconds: 3 } })

      await expect(cluster.write(object, writer, signal)).rejects.toMatchObject({
        code: 'cluster.changed',
        facts: { object: 'Deployment cattle-system/cattle-cluster-agent' },
      })
      expect(JSON.stringify((await api.request('GET', DEPLOYMENT)).json)).toContain(OLD_CHECKSUM)
    })

    it('writes although a controller reported status since it compared', async () => {
      await agentsByKubectl((text) => text.replaceAll(CHECKSUM, OLD_CHECKSUM))
      const object = await only('cattle-cluster-agent', (text) => text)
      await reportStatus({ observedGeneration: 1, replicas: 1, unavailableReplicas: 1 })

      expect(await cluster.write(object, writer, signal)).toEqual({ written: true })
    })

    it('does not write under an older fence than the object carries', async () => {
      await apply(await wanted(), { run: 'r-2', fence: 9 })
      const object = await only('cattle-cluster-agent', (text) =>
        text.replaceAll(CHECKSUM, OLD_CHECKSUM),
      )

      await expect(cluster.write(object, writer, signal)).rejects.toMatchObject({
        code: 'lease.lost',
        facts: { seen: '9', own: '7' },
      })
    })

    it('does not overwrite what a newer fence wrote after it compared', async () => {
      await agentsByKubectl((text) => text.replaceAll(CHECKSUM, OLD_CHECKSUM))
      const stale = await only('cattle-cluster-agent', (text) => text)
      await apply(await wanted(), { run: 'r-2', fence: 9 })

      await expect(cluster.write(stale, writer, signal)).rejects.toMatchObject({
        code: 'lease.lost',
      })
    })

    it('says that an object changed when somebody created it meanwhile', async () => {
      await apply((await wanted()).filter(({ kind }) => kind === 'Namespace'))
      const object = await only('cattle', (text) => text)
      await cluster.write(object, writer, signal)

      await expect(cluster.write(object, writer, signal)).rejects.toMatchObject({
        code: 'cluster.changed',
      })
    })

    it('does not bring back an object that was deleted since it compared', async () => {
      await agentsByKubectl((text) => text.replaceAll(TOKEN_BASE64, 'b3RoZXI='))
      const object = await only('cattle-credentials-303a0bd', (text) => text)
      await api.request('DELETE', SECRET)

      await expect(cluster.write(object, writer, signal)).rejects.toMatchObject({
        code: 'cluster.changed',
      })
      expect((await api.request('GET', SECRET)).status).toBe(404)
    })

    it('takes an entry away again only where it had put it in itself', async () => {
      await agentsByKubectl()
      await apply(await wanted((text) => text.replaceAll('CATTLE_K8S_MANAGED', 'CATTLE_NEW')))
      const between = await variables()
      await apply(await wanted(), { run: 'r-2', fence: 8 })

      expect(between).toEqual(expect.arrayContaining(['CATTLE_K8S_MANAGED', 'CATTLE_NEW']))
      expect(await variables()).toEqual(between.filter((name) => name !== 'CATTLE_NEW'))
    })

    it('marks a secret that it changes without writing any of its values beside', async () => {
      await agentsByKubectl((text) => text.replaceAll(TOKEN_BASE64, 'b3RoZXI='))

      await apply(await wanted())

      const secret = await api.request('GET', SECRET)
      expect(recordAt(secret.json, 'data').token).toBe(TOKEN_BASE64)
      const annotations = JSON.stringify(await annotationsOf(SECRET))
      expect(annotations).toContain('r-1')
      expect(annotations).not.toContain(TOKEN)
      expect(annotations).not.toContain(TOKEN_BASE64)
    })

    it('keeps the objects that change for a rollback, once', async () => {
      await agentsByKubectl((text) => text.replaceAll(CHECKSUM, OLD_CHECKSUM))
      const { prepared } = await cluster.preview(await wanted(), signal)

      await cluster.keepPrevious(prepared, writer, signal)
      await cluster.keepPrevious(prepared, writer, signal)

      const kept = await api.request('GET', `${NAMESPACE}/secrets/reagent-previous-r-1`)
      const data = recordAt(kept.json, 'data')
      expect(Object.keys(data).sort()).toEqual([
        'DaemonSet.cattle-node-agent',
        'Deployment.cattle-cluster-agent',
      ])
      const deployment = decoded(data['Deployment.cattle-cluster-agent'])
      expect(deployment).toContain(OLD_CHECKSUM)
      expect(deployment).not.toContain('managedFields')
    })

    it('keeps nothing where nothing was', async () => {
      const { prepared } = await cluster.preview(await wanted(), signal)
      await cluster.keepPrevious(prepared, writer, signal)

      expect((await api.request('GET', NAMESPACE)).status).toBe(404)
    })

    it('says which right is missing', async () => {
      const limited = await open(await api.kubeconfigWithoutRights())

      await expect(limited.read(await wanted(), signal)).rejects.toMatchObject({
        code: 'cluster.forbidden',
        message: expect.stringContaining('may not read'),
      })
      limited.close()
    })

    it('gives the reason when the API server refuses an object', async () => {
      await agentsByKubectl()
      const objects = await wanted((text) => text.replace('name: cattle-admin\n', 'name: view\n'))
      const binding = objects
        .filter((object) => object.kind === 'ClusterRoleBinding')
        .map((object) => ({ ...object, roleRef: { kind: 'ClusterRole', name: 'view' } }))

      // Where nothing can be tried, the API server is asked only when it is written.
      await expect(
        kind.hasDryRun ? cluster.preview(binding, signal) : apply(binding),
      ).rejects.toMatchObject({
        code: 'cluster.refused',
        facts: { object: 'ClusterRoleBinding cattle-admin-binding' },
        message: expect.stringContaining('roleRef'),
      })
    })

    it('identifies the cluster by the uid of kube-system', async () => {
      const { json } = await api.request('GET', '/api/v1/namespaces/kube-system')

      expect(await cluster.identity(signal)).toEqual({
        uid: recordAt(json, 'metadata').uid,
        server: api.server,
        caPem: api.caPem,
        version: expect.stringMatching(/^v\d/),
      })
    })

    async function variables(): Promise<readonly string[]> {
      const { json } = await api.request('GET', DEPLOYMENT)
      const [container] = recordsAt(json, 'spec', 'template', 'spec', 'containers')
      return recordsAt(container, 'env').map(({ name }) => String(name))
    }

    async function annotationsOf(path: string) {
      return recordAt((await api.request('GET', path)).json, 'metadata', 'annotations')
    }

    /** A change by somebody else: read, merge, replace. */
    async function patch(path: string, change: { readonly spec: JsonRecord }) {
      const { json } = await api.request('GET', path)
      const { status } = await api.request('PUT', path, {
        ...json,
        spec: { ...recordAt(json, 'spec'), ...change.spec },
      })
      expect(status).toBe(200)
    }

    async function reportStatus(status: JsonRecord) {
      const { json } = await api.request('GET', DEPLOYMENT)
      const answer = await api.request('PUT', `${DEPLOYMENT}/status`, { ...json, status })
      expect(answer.status).toBe(200)
    }
  })
}

function open(path: string): Promise<Cluster> {
  const source = { kind: 'file', path } as const
  return openCluster({ source, timeoutMs: 10_000, fingerprintKey: Buffer.from('test') })
}

function checksumChange(container: string) {
  return {
    path: `spec.template.spec.containers[${container}].env[CATTLE_CA_CHECKSUM].value`,
    from: JSON.stringify(OLD_CHECKSUM),
    to: JSON.stringify(CHECKSUM),
  }
}

function withPodSpec(deployment: JsonRecord, fields: JsonRecord): JsonRecord {
  const template = recordAt(deployment, 'spec', 'template')
  const podSpec = { ...recordAt(template, 'spec'), ...fields }
  const spec = { ...recordAt(deployment, 'spec'), template: { ...template, spec: podSpec } }
  return { ...deployment, spec }
}

function collectionOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  const place = metadata.namespace ? `/namespaces/${metadata.namespace}` : ''
  return `${group}${place}/${kind.toLowerCase()}s`
}

function decoded(value: unknown): string {
  return Buffer.from(String(value), 'base64').toString('utf8')
}
