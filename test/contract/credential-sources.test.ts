import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../../lab/certificates/index.ts'
import type { LabCluster } from '../../lab/cluster/index.ts'
import type { Cluster, CredentialSource } from '../../src/cluster/index.ts'
import { asFailure, type FailureCode } from '../../src/recovery/index.ts'
import { kinds } from './kinds.ts'
import { type CredentialsLab, startCredentialsLab } from './support/credentials-lab.ts'

const signal = new AbortController().signal
const PROBE = { name: 'probe', namespace: 'default' }
const KUBECTL = fileURLToPath(new URL('support/recorded-kubectl.ts', import.meta.url))

for (const { kind, options } of kinds) {
  describe(`credentials for a cluster on a ${kind} API server`, () => {
    let lab: CredentialsLab
    let closing: (() => Promise<void>)[] = []
    beforeAll(async () => {
      lab = await startCredentialsLab(options)
    }, 90_000)
    afterEach(async () => {
      for (const close of closing) await close()
      closing = []
      await lab.cluster.gate.comeBack()
      lab.cluster.gate.hang(false)
      lab.cluster.gate.refuseCredentials(false)
      lab.cluster.gate.forbid(null)
    })
    afterAll(() => lab?.close())

    const file = async (content = lab.kubeconfig()): Promise<CredentialSource> => ({
      kind: 'file',
      path: await lab.file(content),
    })

    async function secret(content: string, key = 'kubeconfig'): Promise<CredentialSource> {
      const name = `kubeconfig-${key}`
      await lab.local.deleteObject({ apiVersion: 'v1', kind: 'Secret', namespace: 'default', name })
      await lab.local.applyAsKubectl([secretOf('default', name, { [key]: content })])
      const kubeconfig = await lab.file(lab.local.kubeconfig)
      return { kind: 'secret', namespace: 'default', name, key: null, kubeconfig }
    }

    /** What Rancher keeps about a cluster that it built with RKE. */
    async function rkeState(change: Record<string, string> = {}): Promise<CredentialSource> {
      const { certPem, keyPem } = lab.cluster.issueClient({ fromDaysAgo: 0, days: 1 })
      const state = {
        endpoint: new URL(lab.cluster.server).host,
        rootCACert: base64(lab.cluster.caPem),
        clientCertificate: base64(certPem),
        clientKey: base64(keyPem),
        username: '',
        password: '',
        ...change,
      }
      const name = `c-${lab.id}`
      const ref = { apiVersion: 'v1', kind: 'Secret', namespace: 'cattle-system', name } as const
      await lab.local.deleteObject(ref)
      await lab.local.applyAsKubectl([
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cattle-system' } },
        secretOf('cattle-system', name, { cluster: JSON.stringify(state) }),
      ])
      const path = await lab.file(lab.local.kubeconfig)
      return { kind: 'rke-state', from: { kind: 'kubeconfig', path } }
    }

    /** A command that answers as `kubectl get --raw` on Rancher's own cluster would. */
    async function byCommand(answers: Record<string, unknown>): Promise<CredentialSource> {
      const path = await lab.file(JSON.stringify(answers))
      const command = [process.execPath, KUBECTL, path] as const
      return { kind: 'rke-state', from: { kind: 'command', command: [...command] } }
    }

    async function ace(): Promise<CredentialSource> {
      const authority = createAuthority({ commonName: 'ace', now: new Date() })
      const { url } = await lab.cluster.openOtherPort(authority)
      const change = { server: url, caPem: authority.certPem, user: { token: lab.cluster.token } }
      const path = await lab.file(lab.kubeconfig({ ...change, context: 'myk8s-fqdn' }))
      return { kind: 'ace', path }
    }

    const open = (sources: readonly CredentialSource[], change = {}) =>
      lab.keep(sources, change).open('myk8s')

    const inStatus = (token: string, apiEndpoint = lab.cluster.server) => ({
      [`/apis/management.cattle.io/v3/clusters/${lab.id}`]: {
        status: { apiEndpoint, caCert: base64(lab.cluster.caPem), serviceAccountToken: token },
      },
    })

    const tunnel = async () => {
      closing.push(await lab.openTunnel())
    }

    const ways: readonly {
      readonly name: string
      readonly label: string | RegExp
      readonly source: () => Promise<CredentialSource>
      readonly needsTunnel?: true
    }[] = [
      { name: 'a file', label: /^file .*\.yaml$/, source: () => file() },
      {
        name: 'a Secret',
        label: 'secret default/kubeconfig-value',
        source: () => secret(lab.kubeconfig(), 'value'),
      },
      {
        name: 'the state of a cluster that Rancher built',
        label: /^rke-state \(Secret c-c-\w+, certificate\)$/,
        source: () => rkeState(),
      },
      {
        name: 'the service account token in Rancher’s record, read by a command',
        label: 'rke-state (service account)',
        source: () => byCommand(inStatus(lab.cluster.token)),
      },
      {
        name: 'the service account token in a Secret that the record names',
        label: 'rke-state (Secret cluster-serviceaccounttoken-abcde)',
        source: () =>
          byCommand({
            [`/apis/management.cattle.io/v3/clusters/${lab.id}`]: {
              status: {
                apiEndpoint: lab.cluster.server,
                caCert: base64(lab.cluster.caPem),
                serviceAccountTokenSecret: 'cluster-serviceaccounttoken-abcde',
              },
            },
            '/api/v1/namespaces/cattle-global-data/secrets/cluster-serviceaccounttoken-abcde': {
              data: { credential: base64(lab.cluster.token) },
            },
          }),
      },
      {
        name: 'an authorised endpoint with a certificate of its own, proved through the tunnel',
        label: /^ace .*, context myk8s-fqdn$/,
        source: ace,
        needsTunnel: true,
      },
      {
        name: 'Rancher’s proxy while the tunnel is up',
        label: 'rancher (its proxy)',
        source: async () => ({ kind: 'rancher' }),
        needsTunnel: true,
      },
    ]

    it.each(ways)('lead there by $name: identity, preview, write and agents', async (way) => {
      if (way.needsTunnel) await tunnel()
      const cluster = await open([await way.source()])

      expect(cluster.source).toMatch(way.label)
      expect(cluster.passedOver).toEqual([])
      expect(await cluster.identity(signal)).toMatchObject({ uid: lab.cluster.uid })
      expect(await cluster.observeAgents(signal)).toMatchObject({ clusterAgent: null })
      const name = `cattle-${ways.indexOf(way)}`
      const wanted = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      const ref = { apiVersion: 'v1', kind: 'Namespace', name }
      const { prepared } = await cluster.preview([wanted], signal)
      expect(await lab.cluster.find(ref)).toBe(null)
      const [object] = prepared
      if (!object) throw new Error('nothing was prepared')
      expect(await cluster.write(object, { run: 'r-1', fence: 1 }, signal)).toEqual({
        written: true,
      })
      expect(await lab.cluster.find(ref)).toMatchObject({ kind: 'Namespace' })
    })

    const writeBy = async (cluster: Cluster) => {
      const wanted = { apiVersion: 'v1', kind: 'ConfigMap', metadata: PROBE, data: { at: 'once' } }
      const [object] = (await cluster.preview([wanted], signal)).prepared
      if (!object) throw new Error('nothing was prepared')
      return cluster.write(object, { run: 'r-1', fence: 1 }, signal)
    }
    const realWrites = ({ writes }: Pick<LabCluster, 'writes'>) =>
      writes.filter(({ ref, dryRun }) => ref.name === PROBE.name && !dryRun).length

    describe('of the wrong cluster or of one that nothing proves', () => {
      it('are never written with: a kubeconfig of another cluster is refused with both names', async () => {
        const source = await file(lab.local.kubeconfig)
        await expect(open([source])).rejects.toMatchObject({
          code: 'cluster.wrong-cluster',
          facts: {
            found: expect.stringContaining(lab.local.server),
            expected: expect.stringContaining(lab.cluster.server),
          },
        })
        const cluster = await open([source, await file()])
        expect(cluster.server).toBe(lab.cluster.server)
        expect(cluster.passedOver).toMatchObject([{ failure: { code: 'cluster.wrong-cluster' } }])
      })

      it('are refused behind another certificate while no tunnel tells the uid', async () => {
        await expect(open([await ace()])).rejects.toMatchObject({
          code: 'cluster.wrong-cluster',
          nextStep: expect.stringContaining(lab.cluster.uid),
        })
      })

      it('are taken behind another certificate when the configuration pins the uid, and refused with another one', async () => {
        const source = await ace()
        expect((await open([source], { uid: lab.cluster.uid })).source).toContain('ace')
        const other = lab.local.uid
        await expect(open([source], { uid: other })).rejects.toMatchObject({
          code: 'cluster.wrong-cluster',
          facts: { expected: `myk8s (uid ${other})` },
        })
        await expect(open([await file()], { uid: other })).rejects.toMatchObject({
          code: 'cluster.wrong-cluster',
        })
      })

      it('are taken behind another certificate when its agents hold a registration token of this cluster', async () => {
        const metadata = { name: 'cattle-credentials-303a0bd', namespace: 'cattle-system' }
        await lab.cluster.applyAsKubectl([
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cattle-system' } },
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata,
            data: { token: base64(lab.registrationToken), url: base64(lab.rancher.url) },
          },
        ])
        const cluster = await open([await ace()])
        expect(cluster.source).toContain('ace')
        const record = { id: lab.id, name: 'myk8s', apiEndpoint: null, apiServerCaPem: null }
        expect(await cluster.prove(record, signal)).toMatchObject({ by: 'registration' })
        await lab.cluster.deleteObject({ apiVersion: 'v1', kind: 'Secret', ...metadata })
      })

      it('are read with and never written with before Rancher has been in contact with the cluster', async () => {
        lab.rancher.addCluster({ name: 'new' })
        const sources = [await file()]
        const cluster = await lab.keep(sources, { name: 'new' }).open('new')
        expect(await cluster.identity(signal)).toMatchObject({ uid: lab.cluster.uid })
        await expect(writeBy(cluster)).rejects.toMatchObject({ code: 'cluster.unproved' })
        expect(realWrites(lab.cluster)).toBe(0)
        const pinned = { name: 'new', uid: lab.cluster.uid }
        expect((await lab.keep(sources, pinned).open('new')).server).toBe(lab.cluster.server)
      })

      it('are read with and never written with while Rancher does not say which cluster it means', async () => {
        const source = await file()
        await lab.rancher.goDown()
        closing.push(() => lab.rancher.comeBack())
        const cluster = await open([source])
        expect(await cluster.identity(signal)).toMatchObject({ uid: lab.cluster.uid })
        await expect(writeBy(cluster)).rejects.toMatchObject({ code: 'cluster.unproved' })
        expect(realWrites(lab.cluster)).toBe(0)
      })

      it('are not proved by an authority that another cluster in Rancher has too', async () => {
        const own = await startCredentialsLab({ kind: 'simulated' })
        closing.push(own.close)
        const { caPem: apiServerCaPem } = own.cluster
        own.rancher.addCluster({ name: 'twin', apiServerCaPem })
        const path = await own.file(own.kubeconfig())
        const cluster = await own.keep([{ kind: 'file', path }]).open('myk8s')
        await expect(writeBy(cluster)).rejects.toMatchObject({ code: 'cluster.unproved' })
        const record = { id: own.id, name: 'myk8s', apiEndpoint: null, apiServerCaPem }
        await expect(cluster.prove(record, signal)).rejects.toMatchObject({
          code: 'cluster.unproved',
          message: expect.stringContaining('twin in Rancher has the same certificate authority'),
        })
      })
    })

    it('whatever the sources, their order and the state of the tunnel: no write without a proof, and none to another cluster', async () => {
      const right = await file()
      const kinds = {
        right,
        other: await file(lab.local.kubeconfig),
        endpoint: await ace(),
        state: await rkeState({ clientKey: '' }),
        missing: { kind: 'file', path: '/nowhere/kubeconfig.yaml' },
        rancher: { kind: 'rancher' },
      } as const
      const proves = (name: keyof typeof kinds, isConnected: boolean) =>
        name === 'right' || (isConnected && (name === 'endpoint' || name === 'rancher'))
      const names = fc.uniqueArray(
        fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])),
        {
          minLength: 1,
        },
      )
      await fc.assert(
        fc.asyncProperty(names, fc.boolean(), async (chosen, isConnected) => {
          const close = isConnected ? await lab.openTunnel() : async () => undefined
          try {
            const before = realWrites(lab.cluster)
            const outcome = await open(chosen.map((name) => kinds[name]))
              .then(writeBy)
              .then(
                () => 'written',
                (error: unknown) => asFailure(error).code,
              )
            const isPossible = chosen.some((name) => proves(name, isConnected))
            expect(outcome === 'written').toBe(isPossible)
            if (!isPossible) expect(realWrites(lab.cluster)).toBe(before)
            expect(realWrites(lab.local)).toBe(0)
          } finally {
            await close()
          }
          await lab.cluster.deleteObject({ apiVersion: 'v1', kind: 'ConfigMap', ...PROBE })
        }),
        { numRuns: 40, seed: 1 },
      )
    })

    describe('that do not work say why, and what to do', () => {
      const reasons: readonly {
        readonly why: string
        readonly sources: () => Promise<CredentialSource>
        readonly code: FailureCode
        readonly says: RegExp
        readonly next: RegExp
      }[] = [
        {
          why: 'the file is missing',
          sources: async () => ({ kind: 'file', path: '/nowhere/kubeconfig.yaml' }),
          code: 'cluster.kubeconfig-unreadable',
          says: /\/nowhere\/kubeconfig\.yaml cannot be used: the file does not exist/,
          next: /Correct the file/,
        },
        {
          why: 'the client certificate has expired',
          sources: () => fileWithClient({ fromDaysAgo: 30, days: 10 }),
          code: 'cluster.credential-expired',
          says: /^The client certificate of file .* ended on \d{4}-\d\d-\d\d\.$/,
          next: /new kubeconfig/,
        },
        {
          why: 'the client certificate is not valid yet',
          sources: () => fileWithClient({ fromDaysAgo: -5, days: 10 }),
          code: 'cluster.credential-not-yet-valid',
          says: /is good from \d{4}-\d\d-\d\d on only/,
          next: /clocks/,
        },
        {
          why: 'the address is the node’s own',
          sources: async () => {
            await knownAt('https://192.0.2.10:6443')
            return file(lab.kubeconfig({ server: 'https://localhost:1' }))
          },
          code: 'cluster.loopback-address',
          says: /https:\/\/localhost:1, which on the worker is the worker itself/,
          next: /Replace the address in the kubeconfig by https:\/\/192\.0\.2\.10:6443/,
        },
        {
          why: 'the address is inside the cluster',
          sources: () => file(lab.kubeconfig({ server: 'https://kubernetes.default.svc' })),
          code: 'cluster.inside-address',
          says: /https:\/\/kubernetes\.default\.svc, an address that only the cluster itself has/,
          next: /control-plane node/,
        },
        {
          why: 'the token is refused',
          sources: () => file(lab.kubeconfig({ user: { token: 'not-this-one' } })),
          code: 'cluster.unauthorized',
          says: /does not accept/,
          next: /Renew/,
        },
        {
          why: 'the user has too few rights',
          sources: async () => {
            lab.cluster.gate.forbid((_method, path) => path.includes('/namespaces/'))
            return file()
          },
          code: 'cluster.forbidden',
          says: /may not read Namespace kube-system/,
          next: /Give it that right/,
        },
        {
          why: 'the endpoint is dead',
          sources: async () => {
            await lab.cluster.gate.goDown()
            return file()
          },
          code: 'cluster.unreachable',
          says: /nothing listens there/,
          next: /Bring the API server back/,
        },
        {
          why: 'the Secret is not there',
          sources: async () => {
            const kubeconfig = await lab.file(lab.local.kubeconfig)
            return { kind: 'secret', namespace: 'default', name: 'none', key: null, kubeconfig }
          },
          code: 'cluster.secret-unreadable',
          says: /Secret default\/none gives no kubeconfig: it does not exist/,
          next: /reagent\.yaml/,
        },
        {
          why: 'the Secret has another key',
          sources: () => secret('x', 'other'),
          code: 'cluster.secret-unreadable',
          says: /it has no key kubeconfig, value, config/,
          next: /key in reagent\.yaml/,
        },
        {
          why: 'the worker is in no cluster',
          sources: async () => ({
            kind: 'secret',
            namespace: 'default',
            name: 'none',
            key: null,
            kubeconfig: null,
          }),
          code: 'cluster.secret-unreadable',
          says: /The worker does not run in a cluster/,
          next: /reagent\.yaml/,
        },
        {
          why: 'a kubeconfig in a Secret would run a program on the worker',
          sources: () =>
            secret(
              JSON.stringify({
                clusters: [{ name: 'a', cluster: { server: lab.cluster.server } }],
                users: [{ name: 'a', user: { exec: { command: '/bin/true' } } }],
                contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
                'current-context': 'a',
              }),
            ),
          code: 'cluster.kubeconfig-unreadable',
          says: /it names a program or a file/,
          next: /Correct/,
        },
        {
          why: 'Rancher keeps nothing about it',
          sources: () => byCommand({}),
          code: 'cluster.nothing-kept',
          says: /Looked for: Secret c-CLUSTER in cattle-system \(2\.0 to 2\.11\); .*serviceAccountTokenSecret/,
          next: /deployment\.md/,
        },
        {
          why: 'the command is not there',
          sources: async () => ({
            kind: 'rke-state',
            from: { kind: 'command', command: ['no-such-docker', 'exec'] },
          }),
          code: 'cluster.local-unreadable',
          says: /by the configured command: The command no-such-docker gave nothing: it is not installed here/,
          next: /rke-state/,
        },
        {
          why: 'what Rancher keeps is an address inside the cluster',
          sources: () => byCommand(inStatus(lab.cluster.token, 'https://kubernetes.default.svc')),
          code: 'cluster.inside-address',
          says: /rke-state \(service account\) leads to https:\/\/kubernetes\.default\.svc/,
          next: /control-plane node/,
        },
        {
          why: 'the kubeconfig has no authorised endpoint',
          sources: async () => ({ kind: 'ace', path: null }),
          code: 'cluster.no-direct-endpoint',
          says: /ace generated by Rancher has no context that leads to the cluster directly/,
          next: /authorised cluster endpoint/,
        },
        {
          why: 'Rancher’s proxy cannot work while the cluster is lost',
          sources: async () => ({ kind: 'rancher' }),
          code: 'cluster.only-through-rancher',
          says: /goes through Rancher, which does not get through to the cluster: the API server at .* answered 503/,
          next: /cannot work while the cluster is lost/,
        },
        {
          why: 'Rancher does not accept the token of a file that it offered',
          sources: () => {
            const server = `${lab.rancher.url}/k8s/clusters/${lab.id}`
            const user = { token: 'kubeconfig-user-x:expired' }
            return file(lab.kubeconfig({ server, caPem: lab.rancher.caPem, user }))
          },
          code: 'cluster.unauthorized',
          says: /does not accept/,
          next: /Renew/,
        },
        {
          why: 'a file that Rancher offered goes through its proxy',
          sources: () => {
            const server = `${lab.rancher.url}/k8s/clusters/${lab.id}`
            const user = { token: lab.rancher.apiToken }
            return file(lab.kubeconfig({ server, caPem: lab.rancher.caPem, user }))
          },
          code: 'cluster.only-through-rancher',
          says: /^file .* goes through Rancher/,
          next: /directly/,
        },
      ]

      /** The API server’s address as Rancher knows it, until the test is over. */
      const knownAt = async (apiEndpoint: string) => {
        const { id, caPem } = { id: lab.id, caPem: lab.cluster.caPem }
        lab.rancher.changeCluster(id, { apiEndpoint, apiServerCaPem: caPem })
        closing.push(async () =>
          lab.rancher.changeCluster(id, { apiEndpoint: lab.cluster.server, apiServerCaPem: caPem }),
        )
      }
      const fileWithClient = async (dates: { fromDaysAgo: number; days: number }) => {
        const { certPem, keyPem } = lab.cluster.issueClient(dates)
        const user = {
          'client-certificate-data': base64(certPem),
          'client-key-data': base64(keyPem),
        }
        return file(lab.kubeconfig({ user }))
      }

      it.each(reasons)('because $why', async ({ sources, code, says, next }) => {
        await expect(open([await sources()])).rejects.toMatchObject({
          code,
          message: expect.stringMatching(says),
          nextStep: expect.stringMatching(next),
        })
      })

      it('each, before the one that works, and leave a plan possible', async () => {
        const sources = [
          { kind: 'file', path: '/nowhere/kubeconfig.yaml' },
          { kind: 'rancher' },
          await file(),
          await file(lab.local.kubeconfig),
        ] as const
        const cluster = await open(sources)
        expect(cluster.source).toMatch(/^file /)
        expect(cluster.passedOver).toMatchObject([
          { source: 'file kubeconfig.yaml', failure: { code: 'cluster.kubeconfig-unreadable' } },
          { source: 'rancher (its proxy)', failure: { code: 'cluster.only-through-rancher' } },
        ])
        const all = await open(sources, { tryAll: true })
        expect(all.source).toBe(cluster.source)
        expect(all.passedOver.map(({ failure }) => failure.code)).toEqual([
          'cluster.kubeconfig-unreadable',
          'cluster.only-through-rancher',
          'cluster.wrong-cluster',
        ])
      })

      it('all, where none works, the one that tells most first', async () => {
        await lab.cluster.gate.goDown()
        await expect(
          open([{ kind: 'file', path: '/nowhere/a.yaml' }, await file()]),
        ).rejects.toMatchObject({
          code: 'cluster.unreachable',
          message: expect.stringContaining('file a.yaml: The kubeconfig /nowhere/a.yaml cannot be'),
        })
      })
    })

    describe('are chosen', () => {
      it('past a control-plane node that is dead, by another one that Rancher lists', async () => {
        const { port } = new URL(lab.cluster.server)
        const source = await byCommand({
          ...inStatus(lab.cluster.token, `https://127.0.0.2:${port}`),
          [`/apis/management.cattle.io/v3/namespaces/${lab.id}/nodes`]: {
            items: [
              { spec: { controlPlane: false }, status: { rkeNode: { address: '192.0.2.77' } } },
              {
                spec: { controlPlane: true },
                status: { rkeNode: { address: '127.0.0.1' } },
              },
            ],
          },
        })
        const cluster = await open([source])
        expect(cluster.server).toBe(lab.cluster.server)
        expect(cluster.passedOver).toMatchObject([{ source: 'rke-state (service account)' }])
      })

      it('past one whose user may not change Deployments, unless there is no other', async () => {
        const weak = await file()
        lab.cluster.gate.forbid((method, path) => method === 'PATCH' && /deployments/.test(path))
        const cluster = await open([weak, { kind: 'file', path: '/nowhere/b.yaml' }])
        expect(cluster.server).toBe(lab.cluster.server)
        expect(cluster.passedOver).toMatchObject([{ source: 'file b.yaml' }])

        await tunnel()
        const better = await open([weak, { kind: 'rancher' }])
        expect(better.source).toBe('rancher (its proxy)')
        expect(better.passedOver).toMatchObject([{ failure: { code: 'cluster.forbidden' } }])
      })

      it('within the limit, also where the first one never answers', async () => {
        lab.cluster.gate.hang()
        const startedAt = performance.now()
        await expect(
          open([await file(), await file(), await file()], { limitMs: 1_000 }),
        ).rejects.toMatchObject({ code: 'cluster.timed-out' })
        expect(performance.now() - startedAt).toBeLessThan(1_000)
      })

      it('again when a file was changed, and when the one in use does not work any more', async () => {
        const path = await lab.file('not a kubeconfig')
        const kept = lab.keep([{ kind: 'file', path }, await secret(lab.kubeconfig())])
        const cluster = await kept.open('myk8s')
        expect(cluster.source).toBe('secret default/kubeconfig-kubeconfig')
        expect(await kept.open(lab.id)).toBe(cluster)
        await writeFile(path, lab.kubeconfig())
        expect((await kept.open('myk8s')).source).toMatch(/^file /)
        await writeFile(path, 'broken again')
        expect((await kept.open('myk8s')).source).toMatch(/^secret /)
      })
    })
  })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function secretOf(namespace: string, name: string, data: Record<string, string>) {
  const encoded = Object.entries(data).map(([key, value]) => [key, base64(value)])
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    data: Object.fromEntries(encoded),
  }
}
