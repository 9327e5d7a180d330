import { expect, it } from 'vitest'
import { rotateCertificateAuthority, until } from '../../../lab/world/index.ts'
import { describeInBrowser } from './support/page-in-browser.ts'
import { IS_BACK, IS_REJECTED, WAITS } from './support/words.ts'

describeInBrowser(
  'the story on the page',
  { roles: 'split', recheckEvery: '300ms', before: rotateCertificateAuthority },
  (opened) => {
    it('is asked for by oncall and approved by lead, each in a tab of their own, and ends with the cluster back', async () => {
      const { openAs, world } = opened()
      const [oncall, lead] = await Promise.all([openAs('oncall'), openAs('lead')])
      await oncall.type('/rancher reagent myk8s')
      await lead.card(WAITS).getByText('@lead').waitFor()
      await lead.press(lead.card(WAITS), 'Approve', 'Approve')
      await Promise.all([oncall.card(IS_BACK).waitFor(), lead.card(IS_BACK).waitFor()])
      const panel = oncall.panel('myk8s')
      await panel.getByText('active', { exact: true }).waitFor()
      expect(await panel.getByText(', not Rancher’s own').count()).toBe(0)
      expect(world.rancher.clusterState(world.clusterId)).toBe('active')
    })

    it('answers guest, who may not ask, with words that only guest sees', async () => {
      const { openAs } = opened()
      const guest = await openAs('guest')
      await guest.type('/rancher reagent myk8s')
      await guest.card('Only visible to you').waitFor()
      await guest.become('lead')
      await guest.card(IS_BACK).waitFor()
      expect(await guest.card('Only visible to you').count()).toBe(0)
    })

    it('shows a new plan by itself when Rancher changes again while one waits, and takes only the new one', async () => {
      const { openAs, world } = opened()
      const tab = await openAs('oncall')
      await tab.press(tab.panel(), 'Rotate Rancher’s CA')
      await until(
        'Rancher to miss the agents',
        () => world.rancher.clusterState(world.clusterId) === 'unavailable',
      )
      await tab.type('/rancher reagent myk8s')
      const card = tab.newestCard('myk8s').filter({ hasText: WAITS })
      const first = await card
        .getByText(/plan [0-9a-f]{8}/)
        .first()
        .textContent()
      await tab.press(tab.panel(), 'Rotate Rancher’s CA')
      await card.getByText('New plan').waitFor()
      expect(
        await card
          .getByText(/plan [0-9a-f]{8}/)
          .first()
          .textContent(),
      ).not.toBe(first)
      expect(world.cluster.writes.filter(({ dryRun }) => !dryRun).length).toBeGreaterThan(0)
      await tab.become('lead')
      await tab.press(tab.newestCard('myk8s'), 'Approve', 'Approve')
      await tab.newestCard('myk8s').filter({ hasText: IS_BACK }).waitFor()
    })

    it('asks for a reason in a window when lead rejects, and does not send an empty one', async () => {
      const { openAs, world } = opened()
      const tab = await openAs('oncall')
      await tab.press(tab.panel('myk8s'), 'Delete the registration token')
      await until(
        'Rancher to miss the agents',
        () => world.rancher.clusterState(world.clusterId) === 'unavailable',
      )
      await tab.type('/rancher reagent myk8s')
      await tab.newestCard('myk8s').filter({ hasText: WAITS }).waitFor()
      await tab.become('lead')
      await tab.press(tab.newestCard('myk8s'), 'Reject')
      const form = tab.page.getByRole('dialog', { name: 'Reject the plan' })
      await tab.press(form, 'Reject')
      await form.getByText('Please complete this required field.').waitFor()
      expect(world.slack.lastRequest()?.body).not.toContain('view_submission')
      await form.getByRole('textbox').fill('Change freeze until Monday')
      await tab.press(form, 'Reject')
      await form.waitFor({ state: 'detached' })
      await tab
        .newestCard('myk8s')
        .filter({ hasText: IS_REJECTED })
        .getByText('Change freeze until Monday')
        .waitFor()
    })

    it('does not press a button when its question is answered with no', async () => {
      const { openAs, world } = opened()
      const tab = await openAs('oncall')
      await tab.type('/rancher reagent myk8s')
      await tab.press(tab.newestCard('myk8s'), 'Cancel', 'Back')
      await tab.page.getByRole('dialog').waitFor({ state: 'detached' })
      await tab.press(tab.newestCard('myk8s'), 'Cancel')
      await tab.page.keyboard.press('Escape')
      await tab.page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(world.slack.lastRequest()?.body).not.toContain('block_actions')
    })
  },
)
