import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { type AgentsObserved, fingerprintOf } from '../../src/cluster/index.ts'
import { diagnose } from '../../src/diagnosis/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { caChecksumOf, createRancher } from '../../src/rancher/index.ts'
import { type Diagnosis, Failure } from '../../src/recovery/index.ts'
import { agents, clusterAgent, nodeAgent, pod, recordedLog } from './builders.ts'

const KEY = new TextEncoder().encode('a key for fingerprints')
const LIMIT_MS = 1_500

let lab: LabRancher
let token: string
/** The authority when the agents were deployed: what they pin. */
let firstCaPem: string

beforeEach(async () => {
  lab = await startRancher()
  firstCaPem = lab.caPem
  token = lab.addCluster({ name: 'myk8s', lost: true }).registrationToken
})
afterEach(async () => {
  await lab.close()
})

function agentsPrinting(logLines: readonly string[]): AgentsObserved {
  const over = {
    env: { CATTLE_SERVER: lab.url, CATTLE_CA_CHECKSUM: caChecksumOf(firstCaPem) },
    credentials: {
      secretName: 'cattle-credentials-303a0bd',
      exists: true,
      url: lab.url,
      tokenFingerprint: fingerprintOf(KEY, token),
    },
    pods: [pod({ logLines })],
  }
  return agents({ clusterAgent: clusterAgent(over), nodeAgent: nodeAgent(over) })
}

async function diagnosed(
  logLines: readonly string[],
  { caPem = lab.caPem, cluster = 'myk8s' } = {},
): Promise<Diagnosis> {
  const rancher = createRancher({
    url: lab.url,
    token: new Secret(lab.apiToken),
    caPem,
    timeoutMs: LIMIT_MS * 2,
  })
  const downstream = {
    server: 'https://192.0.2.10:6443',
    identity: async () => ({
      uid: 'uid',
      server: 'https://192.0.2.10:6443',
      caPem: null,
      version: 'v1.11.6',
    }),
    observeAgents: async () => agentsPrinting(logLines),
  }
  try {
    const { diagnosis } = await diagnose(
      {
        cluster,
        rancher,
        openCluster: async (name) => {
          if (name !== 'myk8s') throw new Failure('cluster.no-credentials', { cluster: name })
          return downstream
        },
        caPem,
        fingerprint: (value) =>
          fingerprintOf(KEY, typeof value === 'string' ? value : value.reveal()),
        clock: () => Date.now(),
        limits: { probeMs: LIMIT_MS },
      },
      AbortSignal.timeout(20_000),
    )
    return diagnosis
  } finally {
    rancher.close()
  }
}

/** What the agents print that pin the first authority when they are shown the one that Rancher has now. */
function mismatchLog(): readonly string[] {
  const shown = caChecksumOf(lab.caPem)
  return recordedLog('ca-checksum-mismatch').map((line) =>
    line.replace(/checksum \(\w+\)/, `checksum (${shown})`),
  )
}

describe('on a running Rancher', () => {
  it('a new authority is the agents’ cause when the worker trusts it already', async () => {
    lab.rotateCa()
    const { causes, rancherState, lostSince } = await diagnosed(mismatchLog())
    expect(rancherState).toBe('unavailable')
    expect(lostSince).not.toBeNull()
    const [was, is] = [firstCaPem, lab.caPem].map((pem) => caChecksumOf(pem).slice(0, 8))
    expect(causes).toHaveLength(1)
    expect(causes[0]).toMatchObject({
      id: 'ca-changed',
      confidence: 'certain',
      summary: `the agents trust certificate authority ${was}…, Rancher now uses ${is}…`,
      reapplyHelps: true,
    })
    expect(causes[0].evidence.map(({ says }) => says).join()).toContain('CN=cattle-ca')
  })

  it('a new authority that the worker does not trust yet is said first, with both fingerprints', async () => {
    lab.rotateCa()
    const { causes } = await diagnosed(recordedLog('ca-checksum-mismatch'), { caPem: firstCaPem })
    expect(causes.map(({ id, reapplyHelps }) => [id, reapplyHelps])).toEqual([
      ['rancher-certificate-untrusted', false],
      ['ca-changed', false],
    ])
    expect(causes[0].evidence.map(({ says }) => says).join()).toMatch(
      /Rancher presents: .*SHA-256.*the worker trusts: .*SHA-256/,
    )
  })

  it('a load balancer with a new authority, not in cacerts, is not healed by applying again', async () => {
    lab.rotateCa({ updateSetting: false })
    const { causes } = await diagnosed(recordedLog('lb-new-ca-setting-old'))
    expect(causes).toHaveLength(1)
    expect(causes[0]).toMatchObject({
      id: 'rancher-certificate-untrusted',
      confidence: 'certain',
      reapplyHelps: false,
    })
  })

  it('an expired certificate is named as such', async () => {
    lab.presentCertificate({ validFrom: new Date(0), validForMs: 1000 })
    const { causes } = await diagnosed(recordedLog('lb-cert-expired'))
    expect(causes[0]).toMatchObject({ id: 'certificate-expired', reapplyHelps: false })
    expect(causes[0].summary).toContain('has expired: it was valid until')
  })

  it('a revoked registration is certain, from fingerprints alone', async () => {
    lab.revokeRegistrations(lab.addCluster({ name: 'other' }).id)
    const intact = await diagnosed(recordedLog('token-unknown'))
    expect(intact.causes[0].id).toBe('websocket-blocked')
    const { id } = intact.cluster
    lab.revokeRegistrations(id ?? '')
    const { causes } = await diagnosed(recordedLog('token-unknown'))
    expect(causes[0]).toMatchObject({
      id: 'token-revoked',
      confidence: 'certain',
      reapplyHelps: true,
    })
  })

  it('a Rancher that is down, failing or hanging never leads to a re-apply', async () => {
    lab.answerEverythingWith({ status: 503, body: 'no', contentType: 'text/plain' })
    const failing = await diagnosed(recordedLog('lb-502'))
    expect(failing.causes[0]).toMatchObject({ id: 'rancher-failing', confidence: 'certain' })
    lab.answerEverythingWith(null)

    lab.hang('/v3')
    const hanging = await diagnosed(recordedLog('ca-checksum-mismatch'))
    expect(hanging.causes[0]).toMatchObject({ id: 'rancher-failing', confidence: 'likely' })
    expect(hanging.looks.find(({ probe }) => probe === 'cluster record')?.outcome).toBe('timed-out')
    lab.hang(null)

    await lab.goDown()
    const down = await diagnosed(recordedLog('connection-refused'))
    expect(down.causes[0]).toMatchObject({ id: 'rancher-unreachable', confidence: 'certain' })

    const all = [failing, hanging, down].flatMap(({ causes }) => causes)
    expect(all.filter(({ reapplyHelps }) => reapplyHelps)).toEqual([])
  })

  it('a misspelt cluster ends the look with the nearest name', async () => {
    await expect(diagnosed([], { cluster: 'myk9s' })).rejects.toMatchObject({
      code: 'rancher.cluster-not-found',
      facts: { nearest: expect.stringContaining('myk8s') },
    })
  })
})
