import { describe, expect, it } from 'vitest'
import { findCauses, findNotes, type Observations } from '../../src/diagnosis/index.ts'
import { rancherVersionOf } from '../../src/rancher/index.ts'
import type { Cause } from '../../src/recovery/index.ts'
import {
  activeCluster,
  agents,
  certificate,
  clusterAgent,
  node,
  OTHER_CA,
  observations,
  pod,
  recorded,
  recordedLog,
  seen,
  settings,
  TOKEN,
  unseen,
} from './builders.ts'

function first(seenThings: Observations): Cause {
  return findCauses(seenThings)[0]
}

function notesOn(seenThings: Observations): readonly string[] {
  return findNotes(seenThings, findCauses(seenThings))
}

function withAgent(over: Parameters<typeof clusterAgent>[0], more = {}): Observations {
  return observations({ agents: seen(agents({ clusterAgent: clusterAgent(over) })), ...more })
}

describe('a cluster that Rancher has connected', () => {
  const connected = { record: seen(activeCluster()) }

  it('has nothing wrong when agents, checksum and token fit', () => {
    const causes = findCauses(observations(connected))
    expect(causes).toHaveLength(1)
    expect(causes[0]).toMatchObject({
      id: 'nothing-wrong',
      confidence: 'certain',
      summary: 'Rancher says myk8s is active and connected',
      remedy:
        'Nothing: Rancher and the agents agree. If an alert brought you here, look at what raised it.',
      reapplyHelps: false,
    })
    expect(notesOn(observations(connected))).toEqual([])
  })

  it('has nothing wrong though the CA changed or the token is gone, with a warning that a restart breaks it', () => {
    const seenThings = observations({
      ...connected,
      settings: seen(settings({ caChecksum: OTHER_CA })),
      registrations: seen(['fp:bbbbbbbbbbbb']),
    })
    expect(findCauses(seenThings)).toHaveLength(1)
    expect(first(seenThings)).toMatchObject({ id: 'nothing-wrong', confidence: 'likely' })
    expect(notesOn(seenThings)).toEqual([
      'will not survive a restart of the agents: the agents trust certificate authority 7afd1beb…, Rancher now uses 3f9a51c0…',
      'will not survive a restart of the agents: the agents’ token is not a registration of this cluster any more',
    ])
  })

  it('is not warned about for failures in the log that are over', () => {
    const earlier = recordedLog('dns-no-such-host')
    const logLines = [...earlier, ...recordedLog('ok')]
    const seenThings = withAgent({ pods: [pod({ logLines })] }, connected)
    expect(first(seenThings).id).toBe('nothing-wrong')
    expect(notesOn(seenThings)).toEqual([])
  })

  it('has nothing wrong even when the worker cannot look into it, and that is said', () => {
    const failure = unseen('cluster.unreachable')
    const seenThings = observations({ ...connected, apiServer: failure, agents: failure })
    expect(first(seenThings)).toMatchObject({ id: 'nothing-wrong', confidence: 'likely' })
    expect(notesOn(seenThings)[0]).toContain('the agents could not be looked at')
  })

  it('is not believed while no agent runs: Rancher only has not noticed yet', () => {
    const gone = observations({ ...connected, agents: seen(agents({ clusterAgent: null })) })
    expect(first(gone).id).toBe('agents-missing')
    expect(notesOn(gone)[0]).toContain('Rancher still says active')
    const refused = recorded('ca-checksum-mismatch', { ...connected, settings: seen(settings()) })
    expect(first(refused).id).toBe('ca-changed')
  })
})

describe('warnings beside the cause', () => {
  it('names a node whose Docker is newer than Rancher 2.1 supports', () => {
    const nodes = [
      node({ name: 'w1', runtime: 'docker://17.3.2' }),
      node({ name: 'w2', runtime: 'docker://18.9.0' }),
      node({ name: 'w3', runtime: 'containerd://1.2.0' }),
      node({ name: 'w4', runtime: 'docker://1.12.6' }),
    ]
    const seenThings = observations({ agents: seen(agents({ nodes })) })
    expect(notesOn(seenThings)).toEqual([
      'node w2 runs docker 18.09; Rancher 2.1.5 supports up to 17.03 (warning)',
    ])
    const newer = seen(rancherVersionOf('v2.2.13'))
    expect(notesOn({ ...seenThings, version: newer })).toEqual([])
  })

  it('says when applying will not be enough', () => {
    const seenThings = recorded('lb-503-connect', {
      certificateForAgents: seen(certificate()),
      settings: seen(
        settings({ caChecksum: OTHER_CA, serverUrl: 'https://rancher.example.com:8410' }),
      ),
      registrations: seen([TOKEN]),
    })
    expect(first(seenThings)).toMatchObject({ id: 'ca-changed', reapplyHelps: true })
    expect(notesOn(seenThings)).toContain(
      'applying the manifest will not be enough: the agents’ websocket is refused although their token is right',
    )
  })

  it('names an address of the agents that is not Rancher’s server-url while it still serves them', () => {
    const other = seen(settings({ serverUrl: 'https://rancher.new.example.com' }))
    const seenThings = observations({ record: seen(activeCluster()), settings: other })
    expect(notesOn(seenThings)).toEqual([
      'will not survive a restart of the agents: the agents go to https://rancher.example.com, Rancher is now at https://rancher.new.example.com',
    ])
  })
})
