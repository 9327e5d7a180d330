import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAuthority } from '../../lab/certificates/index.ts'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { type Cluster, openCluster } from '../../src/cluster/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { buildPlan } from '../../src/planning/index.ts'
import { createRancher, type Rancher } from '../../src/rancher/index.ts'
import { digestOf, Failure } from '../../src/recovery/index.ts'
import { type ApiServer, apiServerKinds, removeAgents } from '../cluster/api-server.ts'

const signal = new AbortController().signal
const fingerprintKey = 'key of this installation'
const writer = { run: 'r-1', fence: 1 }
const DEPLOYMENT = '/apis/apps/v1/namespaces/cattle-system/deployments/cattle-cluster-agent'

for (const kind of apiServerKinds) {
  describe.runIf(kind.isHere)(`a plan on ${kind.name}`, () => {
    let api: ApiServer
    let lab: LabRancher
    let rancher: Rancher
    let cluster: Cluster
    let clusterId: string
    let token: string

    beforeAll(async () => {
      api = await kind.start()
    })
    afterAll(() => api?.stop())
    beforeEach(async () => {
      await removeAgents(api)
      lab = await startRancher({ timeScale: 0.01 })
      ;({ id: clusterId, registrationToken: token } = lab.addCluster({
        name: 'myk8s',
        lost: true,
        apiEndpoint: api.server,
        apiServerCaPem: api.caPem,
      }))
      rancher = createRancher(accessOf(lab))
      cluster = await openCluster({
        source: { kind: 'file', path: api.kubeconfigPath },
        timeoutMs: 10_000,
        fingerprintKey: Buffer.from(fingerprintKey),
      })
    })
    afterEach(async () => {
      cluster.close()
      rancher.close()
      await lab.close()
    })

    async function build(id = clusterId) {
      const rancherCluster = await rancher.cluster(id, signal)
      return buildPlan({ rancher, cluster, rancherCluster, signal })
    }

    async function buildAndApply() {
      const built = await build()
      for (const object of built.prepared) await cluster.write(object, writer, signal)
      return built
    }

    it('brings the agents into an empty cluster and then has nothing left to do', async () => {
      const { plan, prepared } = await buildAndApply()

      expect(plan.effects).toMatchObject({
        cluster: { id: clusterId, name: 'myk8s', uid: expect.stringMatching(/-/) },
        rancherUrl: lab.url,
        agentImage: 'rancher/rancher-agent:v2.1.5',
        caChecksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
      expect(plan.digest).toBe(digestOf(plan.effects))
      expect(prepared.map(({ planned }) => planned)).toEqual(plan.effects.objects)
      expect(plan.effects.objects).toHaveLength(7)
      const again = await build()
      expect(again.plan.effects.objects.map(({ action }) => action)).toEqual(
        Array(7).fill('unchanged'),
      )
    })

    it('says which API versions it adapts, and that secrets are not shown', async () => {
      const { plan } = await build()

      const served = await cluster.served(signal)
      const adapted = [
        'This cluster does not serve extensions/v1beta1, so Deployment cattle-cluster-agent and DaemonSet cattle-node-agent are applied as apps/v1.',
        'Rancher 2.1.5 does not support this Kubernetes version.',
      ]
      const isServed = served.find('extensions/v1beta1', 'Deployment') !== null
      expect(plan.notes.filter((note) => adapted.includes(note))).toEqual(isServed ? [] : adapted)
      expect(plan.notes).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^Values of secrets are shown as fingerprints/),
        ]),
      )
    })

    it('says by which credentials the cluster is reached, why not by others, and what shows that it is the right one', async () => {
      const failure = new Failure('cluster.secret-unreadable', {
        secret: 'ops/myk8s',
        reason: 'it does not exist',
      })
      const passedOver = [{ source: 'secret ops/myk8s', failure }]
      const rancherCluster = await rancher.cluster(clusterId, signal)
      const { plan } = await buildPlan({
        rancher,
        cluster: {
          ...cluster,
          passedOver,
          prove: async () => ({ by: 'tunnel', says: 'Rancher’s tunnel leads to the same uid' }),
        },
        rancherCluster,
        signal,
      })

      expect(plan.notes).toEqual(
        expect.arrayContaining([
          `The cluster is reached by file ${basename(api.kubeconfigPath)}. Not otherwise: The Secret ops/myk8s gives no kubeconfig: it does not exist.`,
          'That it is the right cluster is shown by this: Rancher’s tunnel leads to the same uid.',
        ]),
      )
    })

    it('changes only the checksum after Rancher’s authority changed', async () => {
      await buildAndApply()
      rancher.close()
      lab.rotateCa()
      rancher = createRancher(accessOf(lab))

      const { plan } = await build()

      const changed = plan.effects.objects.filter(({ action }) => action !== 'unchanged')
      expect(changed.map(({ changes }) => changes.map(({ path }) => path))).toEqual([
        ['spec.template.spec.containers[cluster-register].env[CATTLE_CA_CHECKSUM].value'],
        ['spec.template.spec.containers[agent].env[CATTLE_CA_CHECKSUM].value'],
      ])
    })

    it('brings a new credentials secret after the registration was revoked', async () => {
      await buildAndApply()
      lab.revokeRegistrations(clusterId)

      const { plan } = await build()

      expect(plan.effects.objects.map(({ action, ref }) => `${action} ${ref.kind}`)).toEqual([
        'unchanged Namespace',
        'unchanged ServiceAccount',
        'unchanged ClusterRole',
        'create Secret',
        'unchanged ClusterRoleBinding',
        'update Deployment',
        'update DaemonSet',
      ])
      expect(plan.notes[0]).toMatch(/one was created for this cluster/)
    })

    it('has the same digest when it is built again, here or in another process, while status changes', async () => {
      await buildAndApply()
      lab.issueRegistration(clusterId, { name: 'system' })
      lab.serveManifest((manifest) => manifest.replaceAll('agent:v2.1.5', 'agent:v2.1.6'))
      const first = await build()
      const { json } = await api.request('GET', DEPLOYMENT)
      const status = { observedGeneration: 1, replicas: 1, unavailableReplicas: 1 }
      await api.request('PUT', `${DEPLOYMENT}/status`, { ...json, status })

      expect((await build()).plan.digest).toBe(first.plan.digest)
      expect(await digestInAnotherProcess()).toBe(first.plan.digest)
    })

    it('has another digest when the image changes', async () => {
      const before = await build()
      lab.serveManifest((manifest) => manifest.replaceAll('agent:v2.1.5', 'agent:v2.1.6'))

      const after = await build()

      expect(after.plan.digest).not.toBe(before.plan.digest)
      expect(after.plan.effects.agentImage).toBe('rancher/rancher-agent:v2.1.6')
    })

    it('holds no token, in no form', async () => {
      const text = JSON.stringify((await build()).plan)

      expect(text).not.toContain(token)
      expect(text).not.toContain(Buffer.from(token).toString('base64'))
      expect(text).toMatch(/"data\.token","to":"fp:[0-9a-f]{12}"/)
    })

    it('is not made from a manifest with an object that does not belong there', async () => {
      lab.serveManifest((manifest) => `${manifest}\n---\n${MINER}`)
      await expect(build()).rejects.toMatchObject({
        code: 'manifest.object-not-allowed',
        message: expect.stringContaining('DaemonSet miner'),
      })
    })

    it('is not made from a manifest for a token that is not this cluster’s', async () => {
      lab.serveManifest((manifest) =>
        manifest.replace(Buffer.from(token).toString('base64'), 'bm9zdWNodG9rZW4='),
      )
      await expect(build()).rejects.toMatchObject({ code: 'manifest.wrong-token' })
    })

    it('is not made when Rancher’s server-url is another address than the manifest’s', async () => {
      lab.setSetting('server-url', 'https://rancher.example.com')
      await expect(build()).rejects.toMatchObject({ code: 'manifest.wrong-server' })
    })

    it('is not made for a kubeconfig of another cluster', async () => {
      const other = createAuthority({ commonName: 'kube-ca', now: new Date() })
      const { id } = lab.addCluster({
        name: 'other',
        apiEndpoint: 'https://192.0.2.10:6443',
        apiServerCaPem: other.certPem,
      })
      await expect(build(id)).rejects.toMatchObject({
        code: 'cluster.wrong-cluster',
        facts: { expected: expect.stringContaining('https://192.0.2.10:6443') },
      })
    })

    async function digestInAnotherProcess(): Promise<string> {
      const program = fileURLToPath(new URL('digest-program.ts', import.meta.url))
      const argument = JSON.stringify({
        url: lab.url,
        token: lab.apiToken,
        caPem: lab.caPem,
        clusterId,
        kubeconfigPath: api.kubeconfigPath,
        fingerprintKey,
      })
      const { stdout } = await promisify(execFile)(process.execPath, [program, argument])
      return stdout.trim()
    }
  })
}

const MINER = `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: miner, namespace: cattle-system}`

function accessOf(lab: LabRancher) {
  return {
    url: lab.url,
    token: new Secret(lab.apiToken),
    caPem: lab.caPem,
    timeoutMs: 10_000,
  }
}
