import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../../lab/certificates/index.ts'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type Cluster, openCluster } from '../../src/cluster/index.ts'

const signal = new AbortController().signal
const apiEndpoint = 'https://192.0.2.10:6443'
const other = createAuthority({ commonName: 'kube-ca', now: new Date() }).certPem

let folder: string
let lab: LabCluster
let cluster: Cluster
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-identity-'))
  lab = await startCluster({ withoutKubelet: true })
  const path = join(folder, 'kubeconfig.yaml')
  await writeFile(path, lab.kubeconfig)
  cluster = await openCluster({
    source: { kind: 'file', path },
    timeoutMs: 5_000,
    fingerprintKey: new Uint8Array(32),
  })
})
afterAll(async () => {
  cluster.close()
  await lab.close()
  await rm(folder, { recursive: true })
})

const prove = (apiServerCaPem: string | null) =>
  cluster.prove({ id: 'c-1', name: 'myk8s', apiEndpoint, apiServerCaPem }, signal)

describe('whether a cluster is the one that Rancher means', () => {
  it('is so when its certificate is of the authority in Rancher’s record, whatever that text looks like', async () => {
    const text = `# my cluster\n${lab.caPem.replaceAll('\n', '\r\n')}`
    expect(await prove(lab.caPem)).toMatchObject({ by: 'authority' })
    expect(await prove(text)).toMatchObject({ by: 'authority' })
  })

  it('is so when one of several authorities in the record is that one', async () => {
    expect(await prove(other + lab.caPem)).toMatchObject({ by: 'authority' })
  })

  it('is not so with another authority of the same name, and both are named', async () => {
    await expect(prove(other)).rejects.toMatchObject({
      code: 'cluster.wrong-cluster',
      facts: {
        found: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+ \(authority [0-9a-f]{8}\)$/),
        expected: expect.stringMatching(/^https:\/\/192\.0\.2\.10:6443 \(authority [0-9a-f]{8}\)$/),
      },
      nextStep: expect.stringContaining(`clusters.myk8s.uid: ${lab.uid}`),
    })
  })

  it.each([null, ''])('is not shown where Rancher has no record yet (%j)', async (none) => {
    await expect(prove(none)).rejects.toMatchObject({
      code: 'cluster.unproved',
      nextStep: expect.stringContaining(lab.uid),
    })
  })

  it('is not so by a record that cannot be read', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----'
    await expect(prove(broken)).rejects.toMatchObject({ code: 'cluster.unproved' })
  })
})
