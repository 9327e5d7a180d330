import { describe, expect, it } from 'vitest'
import { findCauses, type Observations } from '../../src/diagnosis/index.ts'
import type { Cause } from '../../src/recovery/index.ts'
import {
  agents,
  clusterAgent,
  event,
  nodeAgent,
  OTHER_CA,
  observations,
  pod,
  recorded,
  recordedLog,
  seen,
  settings,
  untrusted,
} from './builders.ts'

function first(seenThings: Observations): Cause {
  return findCauses(seenThings)[0]
}

function withAgent(over: Parameters<typeof clusterAgent>[0], more = {}): Observations {
  return observations({ agents: seen(agents({ clusterAgent: clusterAgent(over) })), ...more })
}

describe('agents that are not there or do not start', () => {
  it('names a namespace that is gone', () => {
    const gone = { namespaceExists: false, clusterAgent: null, nodeAgent: null }
    const cause = first(observations({ agents: seen(agents(gone)) }))
    expect(cause).toMatchObject({ id: 'agents-missing', confidence: 'certain', reapplyHelps: true })
    expect(cause.summary).toBe('the agents are not in the cluster: namespace cattle-system is gone')
  })

  it('names the missing agents before a checksum that does not fit', () => {
    const found = agents({
      clusterAgent: null,
      nodeAgent: nodeAgent({ env: { CATTLE_CA_CHECKSUM: OTHER_CA } }),
    })
    const causes = findCauses(observations({ agents: seen(found) }))
    expect(causes.map(({ id }) => id)).toEqual(['agents-missing', 'ca-changed'])
  })

  it('brings back a Deployment scaled to 0, and says to ask whoever stopped it', () => {
    const cause = first(withAgent({ desiredPods: 0, readyPods: 0, updatedPods: 0, pods: [] }))
    expect(cause).toMatchObject({
      id: 'agents-scaled-to-zero',
      confidence: 'certain',
      reapplyHelps: true,
    })
    expect(cause.remedy).toContain('on purpose')
  })

  it('re-applies for an image that cannot be pulled only when Rancher names another one', () => {
    const pods = [pod({ ready: false, waitingReason: 'ImagePullBackOff', phase: 'Pending' })]
    const same = first(withAgent({ readyPods: 0, pods }))
    expect(same).toMatchObject({
      id: 'agent-image-unavailable',
      confidence: 'certain',
      reapplyHelps: false,
    })
    const other = first(withAgent({ readyPods: 0, pods, image: 'rancher/rancher-agent:v2.1.4' }))
    expect(other).toMatchObject({ id: 'agent-image-unavailable', reapplyHelps: true })
    expect(other.summary).toBe('the agent’s image rancher/rancher-agent:v2.1.4 cannot be pulled')
  })

  it('names the credentials secret that does not exist, with the event that says so', () => {
    const credentials = {
      secretName: 'cattle-credentials-303a0bd',
      exists: false,
      url: null,
      tokenFingerprint: null,
    }
    const found = agents({
      clusterAgent: clusterAgent({ credentials, readyPods: 0 }),
      events: [
        event(
          'FailedMount',
          'MountVolume.SetUp failed: secret "cattle-credentials-303a0bd" not found',
        ),
      ],
    })
    const cause = first(observations({ agents: seen(found) }))
    expect(cause).toMatchObject({
      id: 'credentials-missing',
      confidence: 'certain',
      summary: 'Secret cattle-credentials-303a0bd, which the agents mount, does not exist',
      reapplyHelps: true,
    })
    expect(cause.evidence.find(({ source }) => source === 'event')?.says).toContain('FailedMount')
  })

  it('concludes nothing from a secret that it may not read', () => {
    const credentials = {
      secretName: 'cattle-credentials-303a0bd',
      exists: true,
      url: null,
      tokenFingerprint: null,
    }
    expect(first(withAgent({ credentials })).id).toBe('not-found-out')
  })

  it('names an agent that is killed for lack of memory, which a re-apply does not help', () => {
    const killed = pod({
      ready: false,
      restarts: 12,
      waitingReason: 'CrashLoopBackOff',
      terminatedReason: 'OOMKilled',
      exitCode: 137,
    })
    expect(first(withAgent({ readyPods: 0, pods: [killed] }))).toMatchObject({
      id: 'agent-out-of-memory',
      summary: 'cattle-cluster-agent keeps ending for lack of memory (OOMKilled), 12 restarts',
      reapplyHelps: false,
    })
  })

  it('does not call it crashing when the log says why the agent ends', () => {
    const crashing = pod({
      ready: false,
      restarts: 3,
      waitingReason: 'CrashLoopBackOff',
      terminatedReason: 'Error',
      exitCode: 1,
      logLines: recordedLog('ca-checksum-mismatch'),
    })
    const env = { CATTLE_CA_CHECKSUM: OTHER_CA }
    const causes = findCauses(withAgent({ readyPods: 0, pods: [crashing], env }))
    expect(causes.map(({ id }) => id)).toEqual(['ca-changed'])
  })
})

describe('agents that cannot reach Rancher', () => {
  it.each([
    ['dns-no-such-host', 'dns-fails', 'certain'],
    ['connection-refused', 'egress-blocked', 'certain'],
    ['lb-502', 'rancher-answers-foreign', 'likely'],
    ['lb-captive-cacerts', 'rancher-answers-foreign', 'likely'],
    ['lb-cert-expired', 'certificate-expired', 'certain'],
  ] as const)('recorded log %s: %s (%s), and no re-apply', (name, id, confidence) => {
    const causes = findCauses(recorded(name))
    expect(causes[0]).toMatchObject({ id, confidence })
    expect(causes.filter(({ reapplyHelps }) => reapplyHelps)).toEqual([])
  })

  it('is certain that the served certificate is wrong when the worker judges it the same way', () => {
    const reason = 'it was issued by an authority that is not trusted'
    const presented = { ...untrusted(reason), issuer: 'CN=Another CA' }
    const cause = first(
      recorded('lb-new-ca-setting-old', { certificateForAgents: seen(presented) }),
    )
    expect(cause).toMatchObject({
      id: 'rancher-certificate-untrusted',
      confidence: 'certain',
      reapplyHelps: false,
    })
    expect(cause.evidence.map(({ says }) => says).join()).toContain('CN=Another CA')
  })

  it('recognises what agents of Rancher 2.12 print', () => {
    expect(first(recorded('hangs', {}, 'v2.12.0'))).toMatchObject({
      id: 'egress-blocked',
      confidence: 'likely',
      reapplyHelps: false,
    })
  })

  it('puts a name that cannot be resolved before a CA that changed: applying would not reach Rancher', () => {
    const causes = findCauses(
      recorded('dns-no-such-host', {
        settings: seen(
          settings({ caChecksum: OTHER_CA, serverUrl: 'https://rancher.nowhere.invalid' }),
        ),
      }),
    )
    expect(causes.map(({ id, reapplyHelps }) => [id, reapplyHelps])).toEqual([
      ['dns-fails', false],
      ['ca-changed', false],
    ])
    expect(causes[1]?.remedy).toMatch(/^Only after the above: /)
  })

  it('finds the reason in the run before the last restart while the new one is still starting', () => {
    const before = recordedLog('dns-no-such-host')
    const logLines = [...before, ...before.slice(0, 2)]
    expect(first(withAgent({ pods: [pod({ logLines })] })).id).toBe('dns-fails')
  })
})
