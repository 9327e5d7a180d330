import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type DiagnosisRequest, diagnose, observe } from '../../src/diagnosis/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { rancherVersionOf } from '../../src/rancher/index.ts'
import { Failure, type FailureCode } from '../../src/recovery/index.ts'
import {
  activeCluster,
  addressView,
  agents,
  certificate,
  clusterAgent,
  lostCluster,
  node,
  nodeAgent,
  OTHER_CA,
  RANCHER_URL,
  recordedLog,
  settings,
  untrusted,
} from './builders.ts'

const TOKEN = 'bcdfghjklmnpqrstvwxz2456789bcdfghjklmnpqrstvwxz2456789'
const fingerprint = (value: Secret | string) =>
  createHmac('sha256', 'a key')
    .update(typeof value === 'string' ? value : value.reveal())
    .digest('hex')
    .slice(0, 12)

/** Never settles; keeps the signal it was given, to see whether that aborts. */
function hangs(signals: AbortSignal[]) {
  return (...args: readonly unknown[]) => {
    signals.push(...args.filter((arg) => arg instanceof AbortSignal))
    return new Promise<never>(() => {})
  }
}
function fails(code: FailureCode, facts = {}) {
  return () => Promise.reject(new Failure(code, facts))
}

type AskedRancher = DiagnosisRequest['rancher']
type AskedCluster = Awaited<ReturnType<DiagnosisRequest['openCluster']>>

function rancher(over: Partial<AskedRancher> = {}): AskedRancher {
  return {
    url: RANCHER_URL,
    ping: async () => {},
    findCluster: async () => lostCluster(),
    settings: async () => settings({ caCerts: 'PEM' }),
    version: async () => rancherVersionOf('v2.1.5'),
    registrations: async (clusterId) => [
      { id: `${clusterId}:crt-1`, name: 'crt-1', clusterId, token: new Secret(TOKEN) },
    ],
    presentedCertificate: async () => certificate(),
    evidence: {
      installation: async () => ({ installUuid: '', agentTlsMode: '' }),
      allRegistrations: async () => [],
      nodeNames: async () => [],
      lookAt: async (url) => addressView({ url }),
    },
    ...over,
  }
}

const credentials = {
  secretName: 'cattle-credentials-303a0bd',
  exists: true,
  url: RANCHER_URL,
  tokenFingerprint: fingerprint(TOKEN),
}
const healthyAgents = agents({
  clusterAgent: clusterAgent({ credentials }),
  nodeAgent: nodeAgent({ credentials }),
})

function cluster(over: Partial<AskedCluster> = {}): AskedCluster {
  return {
    server: 'https://192.0.2.10:6443',
    identity: async () => ({
      uid: 'uid',
      server: 'https://192.0.2.10:6443',
      caPem: null,
      version: 'v1.11.6',
    }),
    observeAgents: async () => healthyAgents,
    ...over,
  }
}

function request(over: Partial<DiagnosisRequest> = {}): DiagnosisRequest {
  return {
    cluster: 'myk8s',
    rancher: rancher(),
    openCluster: async () => cluster(),
    caPem: 'PEM',
    fingerprint,
    clock: () => Date.now(),
    limits: { probeMs: 80 },
    ...over,
  }
}

const signal = new AbortController().signal
const outcomes = (looks: readonly { probe: string; outcome: string }[]) =>
  Object.fromEntries(looks.map(({ probe, outcome }) => [probe, outcome]))

describe('looking from three places', () => {
  it('answers all probes, and keeps fingerprints in place of tokens', async () => {
    const seenThings = await observe(request(), signal)
    expect(
      seenThings.looks.map(({ vantage, probe, outcome }) => [vantage, probe, outcome]),
    ).toEqual([
      ['rancher', 'ping', 'answered'],
      ['rancher', 'cluster record', 'answered'],
      ['rancher', 'settings', 'answered'],
      ['rancher', 'version', 'answered'],
      ['rancher', 'registrations', 'answered'],
      ['worker', 'certificate of Rancher', 'answered'],
      ['worker', 'the same by Rancher’s cacerts', 'answered'],
      ['worker', 'API server', 'answered'],
      ['cluster', 'agents', 'answered'],
      ['rancher', 'installation', 'answered'],
      ['rancher', 'registrations of other clusters', 'answered'],
      ['rancher', 'nodes', 'answered'],
      ['worker', 'address of Rancher', 'answered'],
      ['worker', 'server-url', 'answered'],
      ['worker', 'address of the agents', 'answered'],
    ])
    expect(seenThings.registrations).toEqual({ ok: true, value: [fingerprint(TOKEN)] })
    expect(JSON.stringify(seenThings)).not.toContain(TOKEN)
  })

  it('starts all probes at once', async () => {
    const started: string[] = []
    const gate = Promise.withResolvers<void>()
    const waits =
      <T>(name: string, value: T) =>
      async () => {
        started.push(name)
        if (started.length === 6) gate.resolve()
        await gate.promise
        return value
      }
    await observe(
      request({
        rancher: rancher({
          ping: waits('ping', undefined),
          findCluster: waits('record', lostCluster()),
          settings: waits('settings', settings({ caCerts: 'PEM' })),
          presentedCertificate: waits('certificate', certificate()),
        }),
        openCluster: async () =>
          cluster({
            identity: waits('identity', {
              uid: 'uid',
              server: 's',
              caPem: null,
              version: 'v1.11.6',
            }),
            observeAgents: waits('agents', agents()),
          }),
      }),
      signal,
    )
    expect(started).toHaveLength(6)
  })

  it('judges Rancher’s certificate by the configured authority and by Rancher’s own cacerts', async () => {
    const asked: string[] = []
    const seenThings = await observe(
      request({
        caPem: 'PEM of the worker',
        rancher: rancher({
          presentedCertificate: async (caPem) => {
            asked.push(caPem)
            return caPem === 'PEM' ? untrusted('unknown authority') : certificate()
          },
        }),
      }),
      signal,
    )
    expect(asked.toSorted()).toEqual(['PEM', 'PEM of the worker'])
    expect(seenThings.certificateForAgents).toMatchObject({
      value: { verdict: { trusted: false } },
    })
  })

  it('finds the credentials by Rancher’s name when it was asked by id', async () => {
    const opened: string[] = []
    const seenThings = await observe(
      request({
        cluster: 'c-sxlbv',
        openCluster: async (name) => {
          opened.push(name)
          if (name !== 'myk8s') throw new Failure('cluster.no-credentials', { cluster: name })
          return cluster()
        },
      }),
      signal,
    )
    expect(opened).toEqual(['c-sxlbv', 'myk8s'])
    expect(seenThings.agents.ok).toBe(true)
  })
})

describe('a vantage point that hangs for good', () => {
  it('Rancher: everything it was asked is named, its signals abort, the cluster is still seen', async () => {
    const signals: AbortSignal[] = []
    const hang = hangs(signals)
    const startedAt = performance.now()
    const seenThings = await observe(
      request({
        rancher: rancher({
          ping: hang,
          findCluster: hang,
          settings: hang,
          presentedCertificate: hang,
        }),
      }),
      signal,
    )
    expect(performance.now() - startedAt).toBeLessThan(1000)
    expect(outcomes(seenThings.looks)).toEqual({
      ping: 'timed-out',
      'cluster record': 'timed-out',
      settings: 'timed-out',
      version: 'answered',
      registrations: 'timed-out',
      'certificate of Rancher': 'timed-out',
      'the same by Rancher’s cacerts': 'timed-out',
      'API server': 'answered',
      agents: 'answered',
      installation: 'answered',
      'registrations of other clusters': 'answered',
      'address of Rancher': 'answered',
      'address of the agents': 'answered',
    })
    expect(signals).toHaveLength(4)
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  it('the worker’s way to the API server, and the agents: named, and the rest concluded', async () => {
    const signals: AbortSignal[] = []
    const { diagnosis } = await diagnose(
      request({
        openCluster: async () =>
          cluster({ identity: hangs(signals), observeAgents: hangs(signals) }),
      }),
      signal,
    )
    expect(diagnosis.causes[0]).toMatchObject({
      id: 'api-server-unreachable',
      confidence: 'likely',
      summary: 'The API server at https://192.0.2.10:6443 did not answer within 80 ms',
    })
    expect(outcomes(diagnosis.looks)).toMatchObject({
      registrations: 'answered',
      'API server': 'timed-out',
      agents: 'timed-out',
    })
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  it('credentials that never open: bounded, and the signal they were given aborts', async () => {
    const signals: AbortSignal[] = []
    const seenThings = await observe(request({ openCluster: hangs(signals) }), signal)
    expect(outcomes(seenThings.looks)).toMatchObject({ agents: 'timed-out' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  it('takes no longer than five seconds by default', async () => {
    const { limits: _, ...byDefault } = request({
      rancher: rancher({ ping: hangs([]), findCluster: hangs([]) }),
    })
    const startedAt = performance.now()
    const { diagnosis } = await diagnose(byDefault, signal)
    const tookMs = performance.now() - startedAt
    expect(tookMs).toBeGreaterThan(3_500)
    expect(tookMs).toBeLessThan(5_000)
    expect(diagnosis.causes[0]).toMatchObject({ id: 'rancher-failing', reapplyHelps: false })
  })
})

it('a cluster that Rancher has deleted is a cause where there are credentials for it, even while its API server hangs', async () => {
  const gone = rancher({
    findCluster: fails('rancher.cluster-not-found', { cluster: 'myk8s' }),
  })
  const hanging = cluster({ identity: hangs([]), observeAgents: hangs([]) })
  for (const opened of [cluster(), hanging]) {
    const { diagnosis, rancherCluster } = await diagnose(
      request({ rancher: gone, openCluster: async () => opened }),
      signal,
    )
    expect(diagnosis.causes[0]).toMatchObject({ id: 'cluster-deleted', reapplyHelps: false })
    expect(rancherCluster).toBeNull()
  }
})

describe('when nothing could be concluded', () => {
  it.each([
    'rancher.cluster-not-found',
    'rancher.cluster-ambiguous',
    'rancher.cluster-not-ours',
    'rancher.unauthorized',
    'rancher.forbidden',
  ] as const)('the run fails with %s, without waiting for the rest', async (code) => {
    const signals: AbortSignal[] = []
    const looking = observe(
      request({
        limits: { probeMs: 60_000 },
        rancher: rancher({ findCluster: fails(code), settings: hangs(signals) }),
        openCluster: async () =>
          code === 'rancher.cluster-not-found'
            ? fails('cluster.no-credentials')()
            : cluster({ observeAgents: hangs(signals) }),
      }),
      signal,
    )
    await expect(looking).rejects.toMatchObject({ name: 'Failure', code })
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  it('a token that may see the cluster but not its registrations only narrows the look', async () => {
    const { diagnosis } = await diagnose(
      request({
        rancher: rancher({
          registrations: fails('rancher.forbidden', { action: 'list registration tokens' }),
        }),
      }),
      signal,
    )
    expect(diagnosis.looks).toContainEqual(
      expect.objectContaining({
        probe: 'registrations',
        outcome: 'failed',
        reason: 'The Rancher token may not list registration tokens (403).',
      }),
    )
    expect(diagnosis.causes[0]).toMatchObject({ id: 'not-found-out' })
    expect(diagnosis.causes[0].remedy).toContain('Cluster Owner')
  })

  it('ends at once when the caller gives up', async () => {
    const caller = new AbortController()
    const looking = observe(
      request({ limits: { probeMs: 60_000 }, rancher: rancher({ ping: hangs([]) }) }),
      caller.signal,
    )
    caller.abort(new Error('the worker stops'))
    await expect(looking).rejects.toThrow('the worker stops')
  })
})

describe('a diagnosis', () => {
  it('tells the whole story of a changed CA', async () => {
    const logLines = recordedLog('ca-checksum-mismatch')
    const env = { CATTLE_SERVER: RANCHER_URL, CATTLE_CA_CHECKSUM: OTHER_CA }
    const withLog = (pods: typeof healthyAgents.clusterAgent) =>
      pods && { ...pods, env, pods: pods.pods.map((it) => ({ ...it, logLines })) }
    const found = {
      ...healthyAgents,
      clusterAgent: withLog(healthyAgents.clusterAgent),
      nodeAgent: withLog(healthyAgents.nodeAgent),
      nodes: [node({ name: 'w2', runtime: 'docker://18.9.0' })],
    }
    const { diagnosis, rancherCluster } = await diagnose(
      request({ openCluster: async () => cluster({ observeAgents: async () => found }) }),
      signal,
    )
    expect(rancherCluster?.id).toBe('c-sxlbv')
    expect(diagnosis).toMatchObject({
      cluster: { id: 'c-sxlbv', name: 'myk8s' },
      rancherState: 'unavailable',
      lostSince: '2026-11-22T21:40:00Z',
      notes: [
        'node w2 runs docker 18.09; Rancher 2.1.5 supports up to 17.03 (warning)',
        expect.stringMatching(/^known issue rancher\/rancher#14731: /),
      ],
    })
    expect(diagnosis.causes.map(({ id, reapplyHelps }) => [id, reapplyHelps])).toEqual([
      ['ca-changed', true],
    ])
  })

  it('says nothing of a loss when the cluster is connected or Rancher cannot be asked', async () => {
    const active = rancher({ findCluster: async () => activeCluster() })
    const connected = await diagnose(request({ rancher: active }), signal)
    expect(connected.diagnosis).toMatchObject({ lostSince: null, rancherState: 'active' })
    expect(connected.diagnosis.causes[0]).toMatchObject({
      id: 'nothing-wrong',
      confidence: 'certain',
    })
    const down = fails('rancher.unreachable', { url: RANCHER_URL, reason: 'refused' })
    const unasked = await diagnose(
      request({
        rancher: rancher({
          ping: down,
          findCluster: down,
          settings: down,
          presentedCertificate: down,
        }),
      }),
      signal,
    )
    expect(unasked.rancherCluster).toBeNull()
    expect(unasked.diagnosis).toMatchObject({
      cluster: { id: null, name: 'myk8s' },
      rancherState: null,
      lostSince: null,
    })
    expect(unasked.diagnosis.causes[0].id).toBe('rancher-unreachable')
  })
})
