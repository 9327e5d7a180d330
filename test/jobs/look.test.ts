import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerTo } from '../../jobs/look.ts'
import { openWorkerByHand, type WorkerByHand } from './support/worker-by-hand.ts'

const ADDRESS = '192.168.51.201'
const signal = new AbortController().signal

let worker: WorkerByHand
beforeAll(async () => {
  worker = await openWorkerByHand()
  const addresses = [
    { type: 'InternalIP', address: '127.0.0.1' },
    { type: 'ExternalIP', address: ADDRESS },
    { type: 'Hostname', address: 'w2' },
  ]
  const type = { 'content-type': 'application/merge-patch+json' }
  const path = '/api/v1/nodes/w2/status'
  const { status, text } = await worker.world.cluster.api(
    'PATCH',
    path,
    { status: { addresses } },
    type,
  )
  if (status !== 200) throw new Error(`PATCH ${path} was answered ${status}: ${text}`)
})
afterAll(() => worker.close())

function whose(traces: {
  readonly addresses?: readonly string[]
  readonly clusterIds?: readonly string[]
}) {
  const asked = { addresses: [], clusterIds: [], ...traces }
  return answerTo(worker.parts, { about: 'owners', traces: asked }, signal)
}

describe('whose address stands in a log line', () => {
  it('is found in a cluster by its own credentials where Rancher has no nodes of it', async () => {
    expect(await whose({ addresses: [ADDRESS] })).toMatchObject({
      kind: 'owners',
      found: {
        owners: [
          {
            trace: ADDRESS,
            cluster: { id: worker.world.clusterId, name: 'myk8s', state: 'unavailable' },
            as: { kind: 'node', name: 'w2' },
          },
        ],
        unknown: [],
        unseen: [],
      },
    })
  })

  it('is found by the id of a cluster', async () => {
    const { clusterId } = worker.world
    expect(await whose({ clusterIds: [clusterId] })).toMatchObject({
      found: { owners: [{ cluster: { name: 'myk8s' }, as: { kind: 'id' } }] },
    })
  })

  it('is said to be unknown when neither Rancher nor a cluster knows it', async () => {
    expect(await whose({ addresses: ['192.0.2.77', '127.0.0.1'] })).toMatchObject({
      found: { owners: [], unknown: ['192.0.2.77'], ownMachine: ['127.0.0.1'], unseen: [] },
    })
  })

  it('is still found while Rancher is down, which is said', async () => {
    await worker.world.rancher.goDown()
    const answer = await whose({ addresses: [ADDRESS] })
    await worker.world.rancher.comeBack()
    expect(answer).toMatchObject({
      found: { owners: [{ cluster: { name: 'myk8s', state: null }, as: { name: 'w2' } }] },
    })
    expect(answer.kind === 'owners' && answer.found.unseen).toEqual([
      expect.stringMatching(/^No connection to Rancher/),
    ])
  })
})
