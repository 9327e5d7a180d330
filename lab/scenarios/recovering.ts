import type { Scenario } from './contract.ts'
import { deleteAgents, refuseApiToken, revokeToken, rotateCertificateAuthority } from './faults.ts'
import type { Story } from './story.ts'

/** The whole story once a fault is there: asked, planned, approved by somebody else, applied, proved. */
export async function recover(story: Story): Promise<void> {
  await story.reagentStarts()
  await story.says('oncall', '/rancher reagent myk8s')
  await story.runIs('planned')
  await story.clicks('lead', 'Approve')
  await story.runIsOver()
}

/** A plan waits for approval, and the cluster is not what it was made for any more. */
async function planThenChangeCluster(story: Story): Promise<void> {
  await rotateCertificateAuthority(story)
  await story.reagentStarts()
  await story.says('oncall', '/rancher reagent myk8s')
  await story.runIs('planned')
  story.notes('somebody sets another image on the Deployment')
  await setAgentImage(story, 'rancher/rancher-agent:v2.1.4')
}

export const recovering: readonly Scenario[] = [
  {
    name: 'ca-rotated',
    title: 'Rancher has a new certificate authority; the agents get it and come back',
    ends: { outcome: 'recovered', cause: 'ca-changed' },
    async play(story) {
      await rotateCertificateAuthority(story)
      await recover(story)
    },
  },
  {
    name: 'token-revoked',
    title: 'the registration token was deleted; the agents get a new one and come back',
    ends: { outcome: 'recovered', cause: 'token-revoked' },
    async play(story) {
      await revokeToken(story)
      await recover(story)
    },
  },
  {
    name: 'api-token-refused',
    title:
      'Rancher does not accept the API token any more; it is read through its own cluster, and the agents come back',
    world: { rancherWays: ['api', 'kubeconfig'] },
    ends: { outcome: 'recovered', cause: 'ca-changed' },
    async play(story) {
      await rotateCertificateAuthority(story)
      refuseApiToken(story)
      await recover(story)
    },
  },
  {
    name: 'agent-deleted',
    title: 'the agents were deleted; they are created again and come back',
    ends: { outcome: 'recovered', cause: 'agents-missing' },
    async play(story) {
      await deleteAgents(story)
      await recover(story)
    },
  },
  {
    name: 'changed-since-approved',
    title:
      'the cluster changes between approval and apply; nothing is written, a new plan is shown and approved',
    ends: { outcome: 'recovered', cause: 'ca-changed' },
    async play(story) {
      await planThenChangeCluster(story)
      await story.clicks('lead', 'Approve')
      await story.newPlanIsShown()
      if (story.writes() > 0) throw new Error('something was written under the old approval')
      await story.clicks('lead', 'Approve')
      await story.runIsOver()
    },
  },
  {
    name: 'changed-while-waiting',
    title:
      'the cluster changes while the plan waits for approval; the card shows the new plan by itself, which is approved',
    world: { recheckEvery: '300ms' },
    ends: { outcome: 'recovered', cause: 'ca-changed' },
    async play(story) {
      await planThenChangeCluster(story)
      await story.newPlanIsShown()
      if (story.writes() > 0) throw new Error('something was written without an approval')
      await story.clicks('lead', 'Approve')
      await story.runIsOver()
    },
  },
  {
    name: 'asked-twice',
    title: 'a second person asks for the same cluster and joins the run that is open',
    ends: { outcome: 'recovered', cause: 'ca-changed' },
    async play(story) {
      await rotateCertificateAuthority(story)
      await story.reagentStarts()
      await story.says('oncall', '/rancher reagent myk8s')
      await story.runIs('planned')
      await story.says('lead', '/rancher reagent myk8s')
      await story.clicks('lead', 'Approve')
      await story.runIsOver()
    },
  },
]

async function setAgentImage({ world }: Story, image: string): Promise<void> {
  const { status, text } = await world.cluster.api(
    'PATCH',
    '/apis/apps/v1/namespaces/cattle-system/deployments/cattle-cluster-agent',
    { spec: { template: { spec: { containers: [{ name: 'cluster-register', image }] } } } },
    { 'content-type': 'application/strategic-merge-patch+json' },
  )
  if (status !== 200) throw new Error(`setting the image was answered ${status}: ${text}`)
}
