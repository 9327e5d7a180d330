import { expect, it } from 'vitest'
import { rotateCertificateAuthority } from '../../../lab/world/index.ts'
import { describeInBrowser } from './support/page-in-browser.ts'
import { IS_APPLYING, IS_BACK, WAITS } from './support/words.ts'

describeInBrowser(
  'a worker that is killed while it applies',
  { roles: 'split', before: rotateCertificateAuthority },
  (opened) => {
    it('leaves a card that goes on when the worker is back, and nothing is written twice', async () => {
      const { openAs, world } = opened()
      const tab = await openAs('oncall')
      let isKilled = false
      const second = Promise.withResolvers<void>()
      world.cluster.gate.onWrite(async ({ dryRun, ref }) => {
        // The first object is written; before the second is, the worker is gone.
        if (dryRun || isKilled || ref.kind !== 'DaemonSet') return
        isKilled = true
        await tab.panel().getByRole('button', { name: 'Kill the worker' }).click()
        await tab.panel().getByText('gone', { exact: true }).waitFor()
        second.resolve()
      })
      await tab.type('/rancher reagent myk8s')
      await tab.card(WAITS).waitFor()
      await tab.become('lead')
      await tab.press(tab.card(WAITS), 'Approve', 'Approve')
      await second.promise
      await tab.card(IS_APPLYING).waitFor()
      await tab.press(tab.panel(), 'Start the worker')
      await tab.card(IS_BACK).waitFor()
      const written = world.cluster.writes.filter(
        ({ dryRun, ref, status }) => !dryRun && ref.kind === 'Deployment' && status < 300,
      )
      expect(written.length).toBe(1)
    })
  },
)
