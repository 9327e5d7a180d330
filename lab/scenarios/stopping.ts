import type { Scenario } from './contract.ts'
import { deleteNamespace, rotateCertificateAuthority } from './faults.ts'
import type { Story } from './story.ts'

async function plan(story: Story): Promise<void> {
  await rotateCertificateAuthority(story)
  await story.reagentStarts()
  await story.says('oncall', '/rancher reagent myk8s')
  await story.runIs('planned')
}

export const stopping: readonly Scenario[] = [
  {
    name: 'rejected',
    title: 'the approver says no and why; nothing is written',
    ends: { outcome: 'rejected', writes: 0 },
    async play(story) {
      await plan(story)
      await story.clicks('lead', 'Reject')
      await story.submits('lead', { reason: 'Change freeze until Monday' })
      await story.runIsOver()
    },
  },
  {
    name: 'expired',
    title: 'nobody approves in time; nothing is written',
    ends: { outcome: 'expired', writes: 0 },
    world: { approvalExpiresIn: '2s' },
    async play(story) {
      await plan(story)
      await story.runIsOver()
    },
  },
  {
    name: 'cancelled',
    title: 'the person who asked takes it back; nothing is written',
    ends: { outcome: 'cancelled', writes: 0 },
    async play(story) {
      await plan(story)
      await story.clicks('oncall', 'Cancel')
      await story.runIsOver()
    },
  },
  {
    name: 'apply-refused-halfway',
    title:
      'an admission policy refuses the fourth object; the card says what was written and what was not',
    ends: { outcome: 'half-applied', code: 'cluster.refused' },
    async play(story) {
      await deleteNamespace(story)
      await story.reagentStarts()
      await story.says('oncall', '/rancher reagent myk8s')
      await story.runIs('planned')
      story.notes('an admission policy refuses the fourth object, the DaemonSet')
      story.world.cluster.gate.refuseWrites(({ ref }) => ref.kind === 'DaemonSet')
      await story.clicks('lead', 'Approve')
      await story.runIsOver()
    },
  },
  {
    name: 'still-down-after-apply',
    title:
      'the change is in place, but the agents cannot reach Rancher; the card does not turn green',
    ends: { outcome: 'not-recovered', cause: 'ca-changed' },
    world: { giveUpAfter: '4s' },
    async play(story) {
      await plan(story)
      story.notes('a firewall drops what the agents send')
      story.world.cluster.blockEgress(true)
      await story.clicks('lead', 'Approve')
      await story.runIsOver()
    },
  },
]
