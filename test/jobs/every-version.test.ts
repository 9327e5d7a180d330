import { afterEach, expect, it } from 'vitest'
import { openWorkerByHand, type WorkerByHand, workUntilOver } from './support/worker-by-hand.ts'

let worker: WorkerByHand
afterEach(() => worker.close())

it.each([
  { rancherVersion: '2.1.5', distribution: 'imported' },
  { rancherVersion: '2.2.13', distribution: 'rke1' },
  { rancherVersion: '2.3.11', distribution: 'imported' },
  { rancherVersion: '2.4.17', distribution: 'rke1' },
  { rancherVersion: '2.5.16', distribution: 'hosted' },
  { rancherVersion: '2.5.16', distribution: 'rke1' },
  { rancherVersion: '2.6.2', distribution: 'hosted' },
  { rancherVersion: '2.6.14', distribution: 'imported' },
  { rancherVersion: '2.7.15', distribution: 'k3s' },
  { rancherVersion: '2.8.9', distribution: 'rke2' },
  { rancherVersion: '2.9.9', distribution: 'imported' },
  { rancherVersion: '2.10.5', distribution: 'hosted' },
  { rancherVersion: '2.11.5', distribution: 'rke1' },
  { rancherVersion: '2.12.0', distribution: 'imported' },
  { rancherVersion: '2.13.1', distribution: 'rke2' },
  { rancherVersion: '2.14.1', distribution: 'k3s' },
] as const)(
  'a cluster ($distribution) that Rancher $rancherVersion lost to another authority is proved to be back',
  async (of) => {
    worker = await openWorkerByHand({ ...of, stableFor: '1s', giveUpAfter: '20s' })
    const runId = await worker.untilApproved('apply')

    await worker.apply(runId)
    const { state } = await workUntilOver(worker, runId)

    expect(state).toMatchObject({ kind: 'recovered' })
  },
  60_000,
)
