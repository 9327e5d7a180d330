import { describe, expect, it } from 'vitest'
import { findCauses, type Observations } from '../../src/diagnosis/index.ts'
import type { Cause } from '../../src/recovery/index.ts'
import {
  agents,
  CA,
  clusterAgent,
  observations,
  pod,
  recorded,
  seen,
  unseen,
  untrusted,
} from './builders.ts'

function first(seenThings: Observations): Cause {
  return findCauses(seenThings)[0]
}

function withAgent(over: Parameters<typeof clusterAgent>[0], more = {}): Observations {
  return observations({ agents: seen(agents({ clusterAgent: clusterAgent(over) })), ...more })
}

describe('Rancher itself', () => {
  const everywhere = (code: Parameters<typeof unseen>[0]) => ({
    ping: unseen(code),
    record: unseen(code),
    settings: unseen(code),
    registrations: unseen(code),
    certificate: unseen(code),
    certificateForAgents: unseen(code),
  })

  it('is unreachable for certain when refused, likely when it does not answer in time', () => {
    expect(first(observations(everywhere('rancher.unreachable')))).toMatchObject({
      id: 'rancher-unreachable',
      confidence: 'certain',
      summary: 'No connection to Rancher at https://rancher.example.com: connection refused',
      reapplyHelps: false,
    })
    expect(first(observations(everywhere('rancher.timed-out')))).toMatchObject({
      id: 'rancher-unreachable',
      confidence: 'likely',
    })
  })

  it.each([
    ['rancher.failing', 'rancher-failing'],
    ['rancher.unexpected-answer', 'rancher-answers-foreign'],
  ] as const)('for %s it is %s', (code, id) => {
    expect(first(observations(everywhere(code)))).toMatchObject({
      id,
      confidence: 'certain',
      reapplyHelps: false,
    })
  })

  it('is failing when it answers /ping but not for the cluster', () => {
    const seenThings = observations({ ...everywhere('rancher.timed-out'), ping: seen(undefined) })
    expect(first(seenThings)).toMatchObject({ id: 'rancher-failing', confidence: 'likely' })
  })

  it('beats what the agents say while it is down, and no cause then asks for a re-apply', () => {
    const causes = findCauses(recorded('ca-checksum-mismatch', everywhere('rancher.unreachable')))
    expect(causes.map(({ id }) => id)).toEqual(['rancher-unreachable', 'ca-changed'])
    expect(causes.some(({ reapplyHelps }) => reapplyHelps)).toBe(false)
  })

  it('shows both authorities when its certificate does not verify from the worker', () => {
    const cause = first(
      observations({
        ...everywhere('rancher.certificate-untrusted'),
        certificate: seen(untrusted('self-signed certificate in certificate chain')),
      }),
    )
    expect(cause).toMatchObject({
      id: 'rancher-certificate-untrusted',
      confidence: 'certain',
      reapplyHelps: false,
    })
    expect(cause.evidence.map(({ source, says }) => `${source}: ${says}`)).toEqual([
      'worker: Rancher presents: issued by CN=Another CA, SHA-256 B7:1C:00:11:22:33:44:55…, valid 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z',
      'worker: the worker trusts: CN=cattle-ca, SHA-256 AA:BB:CC:DD:EE:FF:00:11…',
    ])
  })
})

describe('the cluster’s API server', () => {
  it('is named when it cannot be reached, because nothing can be applied then', () => {
    const cause = first(
      observations({
        apiServer: unseen('cluster.unreachable'),
        agents: unseen('cluster.unreachable'),
      }),
    )
    expect(cause).toMatchObject({
      id: 'api-server-unreachable',
      confidence: 'certain',
      reapplyHelps: false,
    })
    expect(cause.remedy).toContain('Nothing can be applied before that')
  })

  it('is not blamed for credentials that the worker lacks', () => {
    const failure = unseen('cluster.no-credentials')
    const cause = first(observations({ apiServer: failure, agents: failure }))
    expect(cause).toMatchObject({ id: 'not-found-out', reapplyHelps: false })
    expect(cause.summary).toContain('No credentials for cluster "myk8s"')
    expect(cause.remedy).toBe(failure.failure.nextStep)
  })
})

describe('what was not found out', () => {
  it('says what was seen, what was not, and where to look next', () => {
    const seenThings = observations({
      looks: [
        { probe: 'ping', vantage: 'rancher', outcome: 'timed-out', tookMs: 4000, reason: 'silent' },
      ],
    })
    const cause = first(seenThings)
    expect(cause).toMatchObject({
      id: 'not-found-out',
      confidence: 'possible',
      reapplyHelps: false,
    })
    expect(cause.evidence.map(({ source, says }) => `${source}: ${says}`)).toEqual([
      'rancher: Rancher says unavailable: Failed to communicate with API server: waiting for cluster agent to connect',
      'cluster: cattle-cluster-agent 1/1 and cattle-node-agent 3/3 ready',
      `cluster: the agents trust Rancher’s certificate authority ${CA.slice(0, 8)}…`,
      'rancher: the agents’ token is registered',
      'rancher: not seen: ping (silent)',
    ])
    expect(cause.remedy).toContain('c-sxlbv')
  })

  it('points to the pods when the agent does not get ready', () => {
    const waiting = pod({ phase: 'Pending', ready: false, logLines: null })
    expect(first(withAgent({ readyPods: 0, pods: [waiting] })).remedy).toContain('describe pods')
  })
})
