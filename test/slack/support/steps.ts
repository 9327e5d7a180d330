import type { Wish } from '../../../src/operations/index.ts'
import type { Plan } from '../../../src/recovery/index.ts'
import { diagnosis, object, plan } from '../../recovery/history.ts'

const A_QUARTER_MS = 15 * 60_000

export const firstPlan = plan([object('Deployment', 'cattle-cluster-agent', 'first')])
export const secondPlan = plan([object('Deployment', 'cattle-cluster-agent', 'second')])

/** What a worker has seen and proposed: the run waits for an approval until `expiresAt`. */
export function toPlan(
  of: Plan = firstPlan,
  expiresAt: string = new Date(Date.now() + A_QUARTER_MS).toISOString(),
): readonly Wish[] {
  return [...toDiagnosis, { type: 'propose', plan: of, expiresAt }]
}

export const toDiagnosis: readonly Wish[] = [
  { type: 'begin-diagnosis' },
  { type: 'record-diagnosis', diagnosis },
]

/** Another plan takes the place of the one that waits. */
export function toAnotherPlan(of: Plan = secondPlan): Wish {
  const expiresAt = new Date(Date.now() + A_QUARTER_MS).toISOString()
  return {
    type: 'supersede',
    reason: 'Rancher’s certificate authority changed',
    plan: of,
    expiresAt,
  }
}

/** From an approval to the objects being written and looked at. */
export const toVerifying: readonly Wish[] = [
  { type: 'begin-apply', fence: 1, wasConnected: false },
  { type: 'record-writes', objects: ['Deployment cattle-system/cattle-cluster-agent'], fence: 1 },
  { type: 'finish-apply' },
]

export function toRecovered(): Wish {
  const proof = {
    stableSince: new Date().toISOString(),
    stableForMs: 60_000,
    agents: '1/1, 3/3',
    rancherState: 'active',
  }
  return { type: 'prove', proof }
}
