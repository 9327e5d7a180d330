import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recorded } from '../fixtures/recorded.ts'
import { patient, startWorld, type World } from './support/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.end())

function answerWith(body: string): void {
  world.lab.answerEverythingWith({ status: 200, contentType: 'application/json', body })
}

describe('the nodes that Rancher knows', () => {
  it('are read with cluster, name and addresses, as 2.12.0 lists them', async () => {
    answerWith(recorded('rancher-v2.12.0/nodes.json'))
    expect(await world.rancher.nodes(patient)).toEqual([
      { clusterId: 'c-m-xgq965c9', name: 'w1', addresses: ['127.0.0.1'] },
    ])
  })

  it('are none where Rancher has no node of a cluster, as 2.1.5 lists them', async () => {
    answerWith(recorded('rancher-v2.1.5/nodes.json'))
    expect(await world.rancher.nodes(patient)).toEqual([])
  })

  it('may lack every field', async () => {
    const data = [
      {},
      { clusterId: null, hostname: null, ipAddress: null },
      {
        clusterId: 'c-a',
        nodeName: 'w2',
        ipAddress: '10.0.0.2',
        externalIpAddress: '198.51.100.2',
      },
      { clusterId: 7, ipAddress: ['10.0.0.1'] },
    ]
    answerWith(JSON.stringify({ data }))
    expect(await world.rancher.nodes(patient)).toEqual([
      { clusterId: '', name: '', addresses: [] },
      { clusterId: '', name: '', addresses: [] },
      { clusterId: 'c-a', name: 'w2', addresses: ['10.0.0.2', '198.51.100.2'] },
      { clusterId: '', name: '', addresses: [] },
    ])
  })
})
