import { describe, expect, it } from 'vitest'
import { findOwners } from '../../../src/diagnosis/index.ts'
import { Failure } from '../../../src/recovery/index.ts'
import { activeCluster, lostCluster, node } from '../builders.ts'

type Request = Parameters<typeof findOwners>[0]

const never = new Promise<never>(() => undefined)
const unreachable = () =>
  Promise.reject(new Failure('rancher.unreachable', { url: 'https://r', reason: 'refused' }))

function request(over: Partial<Request> & { readonly address?: string } = {}): Request {
  const { address = '10.0.0.1', ...rest } = over
  return {
    traces: { addresses: [address], clusterIds: [] },
    rancher: {
      url: 'https://rancher.example.com',
      clusters: async () => [
        lostCluster(),
        activeCluster({ id: 'c-other', name: 'other', apiEndpoint: 'https://[2001:db8::7]:6443' }),
        activeCluster({ id: 'local', name: 'local', internal: true, apiEndpoint: null }),
      ],
      nodes: async () => [
        { clusterId: 'c-sxlbv', name: 'w1', addresses: ['10.0.0.1', '198.51.100.1'] },
        { clusterId: 'c-other', name: 'o1', addresses: ['10.0.0.9', '2001:DB8::9'] },
        { clusterId: 'local', name: 'l1', addresses: ['10.0.0.9'] },
        { clusterId: 'c-hiden', name: '', addresses: ['10.0.0.8'] },
      ],
    },
    configured: [],
    openCluster: async () => ({ nodes: async () => [] }),
    clock: () => performance.now(),
    limitMs: 100,
    ...rest,
  }
}

async function owners(asking: Request) {
  const found = await findOwners(asking, new AbortController().signal)
  const said = found.owners.map(({ cluster, as }) =>
    [cluster.name, cluster.state, as.kind === 'node' ? as.name : as.kind].join(' '),
  )
  return { ...found, said }
}

describe('whose an address is', () => {
  it('is known from Rancher’s nodes, by inner and outer address', async () => {
    for (const address of ['10.0.0.1', '198.51.100.1']) {
      const found = await owners(request({ address }))
      expect(found).toMatchObject({ said: ['myk8s unavailable w1'], unknown: [], unseen: [] })
    }
  })

  it('can be several: each is named, and Rancher’s own cluster as that', async () => {
    const found = await owners(request({ address: '10.0.0.9' }))
    expect(found.said).toEqual(['other active o1', 'local active l1'])
    expect(found.owners.map(({ cluster }) => cluster.internal)).toEqual([false, true])
  })

  it('does not depend on how an IPv6 address is written', async () => {
    expect((await owners(request({ address: '2001:db8::9' }))).said).toEqual(['other active o1'])
    const byEndpoint = await owners(request({ address: '2001:db8::7' }))
    expect(byEndpoint.said).toEqual(['other active api-server'])
  })

  it('is said as far as it is known for a cluster that the token may not list', async () => {
    const { owners: found } = await owners(request({ address: '10.0.0.8' }))
    expect(found).toMatchObject([{ cluster: { id: 'c-hiden', name: 'c-hiden', state: null } }])
  })

  it('names nobody that nobody knows, and never this machine', async () => {
    const traces = { addresses: ['192.0.2.77', '127.0.0.1', '::1'], clusterIds: ['c-zzzzz'] }
    const found = await owners(request({ traces }))
    expect(found).toMatchObject({
      owners: [],
      unknown: ['192.0.2.77', 'c-zzzzz'],
      ownMachine: ['127.0.0.1', '::1'],
    })
  })

  it('finds a cluster by its id', async () => {
    const found = await owners(request({ traces: { addresses: [], clusterIds: ['c-sxlbv'] } }))
    expect(found.said).toEqual(['myk8s unavailable id'])
  })
})

describe('an address that Rancher does not know', () => {
  const openCluster: Request['openCluster'] = async (name) => {
    if (name === 'hangs') return never
    if (name === 'broken')
      throw new Failure('cluster.no-credentials', { cluster: name, tried: 'x' })
    return { nodes: async () => [{ ...node({ name: 'w2' }), addresses: ['10.7.7.7'] }] }
  }

  it('is looked for in the clusters that there are credentials for', async () => {
    const asking = request({ address: '10.7.7.7', configured: ['myk8s'], openCluster })
    expect((await owners(asking)).said).toEqual(['myk8s unavailable w2'])
  })

  it('is found there also while Rancher cannot be asked, and that is said', async () => {
    const rancher = { url: 'https://r', clusters: unreachable, nodes: unreachable }
    const configured = ['myk8s', 'broken']
    const found = await owners(request({ address: '10.7.7.7', rancher, configured, openCluster }))
    expect(found.owners).toMatchObject([{ cluster: { id: null, name: 'myk8s', state: null } }])
    expect(found.unseen).toHaveLength(2)
    expect(found.unseen[1]).toMatch(/^broken: /)
  })

  it('is waited for within the limit, whatever hangs', async () => {
    const rancher = { url: 'https://r', clusters: () => never, nodes: () => never }
    const configured = ['hangs', 'myk8s', ...Array.from({ length: 60 }, () => 'hangs')]
    const startedAt = performance.now()
    const found = await owners(request({ address: '10.7.7.7', rancher, configured, openCluster }))
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(found.said).toEqual(['myk8s  w2'])
    expect(found.unseen.slice(-2)).toEqual([
      '21 more clusters did not answer',
      '37 more clusters were not asked',
    ])
  })
})
