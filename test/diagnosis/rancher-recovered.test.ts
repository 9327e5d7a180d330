import { describe, expect, it } from 'vitest'
import {
  isConnected,
  rancherRecovered as recoveredBy,
  type SinceApply,
} from '../../src/diagnosis/index.ts'
import { agentsExpected, type RancherCluster, rancherVersionOf } from '../../src/rancher/index.ts'
import { activeCluster, condition, lostCluster } from './builders.ts'

const since = '2026-11-22T21:40:10.700Z'

/** On the version of the recordings, or another. */
function rancherRecovered(cluster: RancherCluster, applied: SinceApply, version = 'v2.1.5') {
  return recoveredBy(cluster, applied, agentsExpected(rancherVersionOf(version), cluster))
}
function readyAt(at: string) {
  return activeCluster({ conditions: [condition('Ready', 'True', at)] })
}
function recovered(at: string, seenDisconnected: boolean) {
  return rancherRecovered(readyAt(at), { since, seenDisconnected }).connected
}

describe('Rancher’s side of the proof', () => {
  it('accepts a Ready that turned true in a later second than the apply', () => {
    expect(recovered('2026-11-22T21:40:11Z', false)).toBe(true)
    expect(recovered('2026-11-22T21:40:28Z', true)).toBe(true)
  })

  it('never accepts a Ready older than the apply', () => {
    expect(recovered('2026-11-22T21:40:09Z', false)).toBe(false)
    expect(recovered('2026-11-22T21:40:09Z', true)).toBe(false)
    const { reason } = rancherRecovered(readyAt('2026-11-22T21:40:09Z'), {
      since,
      seenDisconnected: true,
    })
    expect(reason).toContain('older than the apply')
  })

  it('takes the second of the apply for proven only when the cluster was seen disconnected since', () => {
    expect(recovered('2026-11-22T21:40:10Z', false)).toBe(false)
    expect(recovered('2026-11-22T21:40:10Z', true)).toBe(true)
  })

  it('takes a Ready without a time for proven only when the cluster was seen disconnected since', () => {
    const undated = activeCluster({
      conditions: [{ ...condition('Ready', 'True', ''), lastUpdateTime: null }],
    })
    expect(rancherRecovered(undated, { since, seenDisconnected: false }).connected).toBe(false)
    expect(rancherRecovered(undated, { since, seenDisconnected: true }).connected).toBe(true)
  })

  it('says what is missing while the cluster is not connected', () => {
    expect(rancherRecovered(lostCluster(), { since, seenDisconnected: true })).toEqual({
      connected: false,
      reason:
        'Rancher says unavailable: Failed to communicate with API server: waiting for cluster agent to connect',
    })
    const flapping = lostCluster({ message: '' })
    expect(rancherRecovered(flapping, { since, seenDisconnected: true }).reason).toBe(
      'Rancher says unavailable',
    )
  })

  it('wants no transition, Ready true, and Connected true where Rancher has that condition', () => {
    const ready = condition('Ready', 'True', '2026-11-22T21:41:00Z')
    const halfway = [
      activeCluster({ transitioning: 'yes', conditions: [ready] }),
      activeCluster({ conditions: [] }),
      activeCluster({ conditions: [condition('Ready', 'False', '2026-11-22T21:41:00Z')] }),
      activeCluster({
        conditions: [ready, condition('Connected', 'False', '2026-11-22T21:41:00Z')],
      }),
    ]
    for (const cluster of halfway) {
      expect(isConnected(cluster)).toBe(false)
      expect(rancherRecovered(cluster, { since, seenDisconnected: true }).connected).toBe(false)
    }
  })
})
