import type { Scenario } from './contract.ts'
import { rotateCertificateAuthority } from './faults.ts'

export const looking: readonly Scenario[] = [
  {
    name: 'healthy',
    title: 'nothing is wrong; nothing is proposed',
    ends: { outcome: 'no-action', cause: 'nothing-wrong', writes: 0 },
    async play(story) {
      await story.reagentStarts()
      await story.says('oncall', '/rancher reagent myk8s')
      await story.runIsOver()
    },
  },
  {
    name: 'rancher-down',
    title: 'Rancher itself is down; applying cannot help, and the card says what does',
    ends: { outcome: 'no-action', cause: 'rancher-unreachable', writes: 0 },
    async play(story) {
      await story.reagentStarts()
      story.notes('Rancher goes down')
      await story.world.rancher.goDown()
      await story.says('oncall', '/rancher reagent myk8s')
      await story.runIsOver()
    },
  },
  {
    name: 'api-server-down',
    title: 'the cluster’s API server is down; nothing can be applied, and the card says so',
    ends: { outcome: 'no-action', cause: 'api-server-unreachable', writes: 0 },
    async play(story) {
      await rotateCertificateAuthority(story)
      await story.reagentStarts()
      story.notes('the API server goes down')
      await story.world.cluster.gate.goDown()
      await story.says('oncall', '/rancher reagent myk8s')
      await story.runIsOver()
    },
  },
  {
    name: 'unknown-cluster',
    title: 'the name is misspelt; the nearest names are shown',
    ends: { outcome: 'failed', code: 'rancher.cluster-not-found', writes: 0 },
    async play(story) {
      await story.reagentStarts()
      await story.says('oncall', '/rancher reagent myk9s')
      await story.runIsOver()
    },
  },
]
