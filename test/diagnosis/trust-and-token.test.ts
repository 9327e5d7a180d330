import { describe, expect, it } from 'vitest'
import { findCauses, type Observations } from '../../src/diagnosis/index.ts'
import type { Cause } from '../../src/recovery/index.ts'
import {
  agents,
  clusterAgent,
  nodeAgent,
  OTHER_CA,
  observations,
  pod,
  recorded,
  recordedLog,
  seen,
  settings,
  unseen,
} from './builders.ts'

function first(seenThings: Observations): Cause {
  return findCauses(seenThings)[0]
}

function withAgent(over: Parameters<typeof clusterAgent>[0], more = {}): Observations {
  return observations({ agents: seen(agents({ clusterAgent: clusterAgent(over) })), ...more })
}

describe('a changed certificate authority', () => {
  it('is certain when the agents pin another CA than Rancher has, with the agents’ own words', () => {
    const cause = first(recorded('ca-checksum-mismatch', { settings: seen(settings()) }))
    expect(cause).toMatchObject({
      id: 'ca-changed',
      confidence: 'certain',
      summary: 'the agents trust certificate authority 3f9a51c0…, Rancher now uses 7afd1beb…',
      reapplyHelps: true,
    })
    expect(cause.evidence.map(({ source, says }) => `${source}: ${says}`)).toEqual([
      'agent log: Configured cacerts checksum (7afd1beb…) does not match given --ca-checksum (3f9a51c0…) (4 of 4 pods)',
      'cluster: set so on cattle-cluster-agent and cattle-node-agent (4 pods)',
      'worker: Rancher answers with a certificate of CN=cattle-ca,O=the-ranch',
    ])
  })

  it('is seen when Rancher went over to a public authority and its cacerts are empty', () => {
    const none = settings({ caCerts: '', caChecksum: '' })
    const cause = first(
      recorded('cacerts-setting-empty', {
        settings: seen({ ...none, serverUrl: 'https://rancher.example.com' }),
      }),
    )
    expect(cause).toMatchObject({
      id: 'private-ca-removed',
      confidence: 'certain',
      reapplyHelps: true,
    })
    expect(cause.summary).toBe(
      'the agents trust certificate authority 87c9dbb4…, Rancher has none set any more',
    )
  })

  it('is seen when the agents pin none and do not know Rancher’s private authority', () => {
    const causes = findCauses(recorded('no-checksum-private-ca', { settings: seen(settings()) }))
    expect(causes.map(({ id }) => id)).toEqual(['ca-changed'])
    expect(causes[0]).toMatchObject({
      confidence: 'certain',
      summary: 'the agents trust no private certificate authority, Rancher now uses 7afd1beb…',
    })
    expect(causes[0].evidence[0]?.says).toMatch(/x509: certificate signed by/)
  })

  it('is only likely, and nothing to apply yet, while Rancher’s settings cannot be read', () => {
    const causes = findCauses(
      recorded('ca-checksum-mismatch', { settings: unseen('rancher.forbidden') }),
    )
    expect(causes[0]).toMatchObject({ id: 'ca-changed', confidence: 'likely', reapplyHelps: false })
  })

  it('does not ask for a re-apply when another server answers the agents with another CA', () => {
    const seenThings = recorded('ca-checksum-mismatch')
    expect(first(seenThings)).toMatchObject({
      id: 'rancher-answers-foreign',
      confidence: 'likely',
      summary:
        'the agents are shown certificate authority 7afd1beb…, the worker 3f9a51c0… by the same address',
      reapplyHelps: false,
    })
  })

  it('does not ask for a re-apply when only old pods still pin the old CA', () => {
    const logLines = recordedLog('ca-checksum-mismatch')
    const cause = first(withAgent({ pods: [pod({ logLines })] }))
    expect(cause).toMatchObject({ id: 'ca-changed', reapplyHelps: false })
    expect(cause.summary).toContain('pods still run that trust certificate authority 3f9a51c0…')
  })

  it('is only possible when just the node agents pin another CA', () => {
    const found = agents({ nodeAgent: nodeAgent({ env: { CATTLE_CA_CHECKSUM: OTHER_CA } }) })
    const cause = first(observations({ agents: seen(found) }))
    expect(cause).toMatchObject({ id: 'ca-changed', confidence: 'possible', reapplyHelps: true })
  })
})

describe('a registration token that Rancher does not have', () => {
  it('is certain when the mounted token is not registered, with the agents’ own words', () => {
    const cause = first(recorded('token-unknown', { registrations: seen(['fp:bbbbbbbbbbbb']) }))
    expect(cause).toMatchObject({ id: 'token-revoked', confidence: 'certain', reapplyHelps: true })
    expect(cause.evidence.map(({ source, says }) => `${source}: ${says}`)).toEqual([
      'agent log: Failed to connect to proxy: websocket: bad handshake (4 of 4 pods)',
      'rancher: the mounted token is none of the 1 that Rancher has for this cluster',
    ])
  })

  it('is never certain from the log alone, since a 503 on the connection prints the same', () => {
    for (const name of ['token-unknown', 'lb-503-connect']) {
      const cause = first(recorded(name, { registrations: unseen('rancher.timed-out') }))
      expect(cause).toMatchObject({
        id: 'token-revoked',
        confidence: 'possible',
        reapplyHelps: false,
      })
    }
  })

  it('is ruled out when the token is registered: something in front of Rancher refuses the agents', () => {
    const causes = findCauses(recorded('lb-503-connect'))
    expect(causes.map(({ id }) => id)).toEqual(['websocket-blocked'])
    expect(causes[0].reapplyHelps).toBe(false)
    expect(findCauses(recorded('no-websocket', {}, 'v2.12.0'))[0].id).toBe('websocket-blocked')
  })

  it('is likely when a newer Rancher says that it found no cluster for the token', () => {
    const seenThings = recorded(
      'token-revoked',
      { registrations: unseen('rancher.forbidden') },
      'v2.12.0',
    )
    expect(first(seenThings)).toMatchObject({ id: 'token-revoked', confidence: 'likely' })
  })

  it('is only likely when Rancher lists no registration at all and the log is silent', () => {
    const cause = first(observations({ registrations: seen([]) }))
    expect(cause).toMatchObject({ id: 'token-revoked', confidence: 'likely', reapplyHelps: true })
  })
})
