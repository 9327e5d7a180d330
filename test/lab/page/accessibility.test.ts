import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { rotateCertificateAuthority } from '../../../lab/world/index.ts'
import { describeInBrowser } from './support/page-in-browser.ts'
import { IS_BACK, WAITS } from './support/words.ts'

describeInBrowser(
  'the page for everybody',
  { otherClusters: ['staging'], before: rotateCertificateAuthority },
  (opened) => {
    it('has nothing that axe calls serious: empty, completing, with a card, with a question, with a window', async () => {
      const { openAs } = opened()
      const tab = await openAs('oncall')
      expect(await faultsOf(tab.page)).toEqual([])
      await tab.page.keyboard.type('/rancher ')
      await tab.page.getByRole('option').first().waitFor()
      expect(await faultsOf(tab.page)).toEqual([])
      await tab.type('/rancher reagent myk8s')
      await tab.card(WAITS).waitFor()
      expect(await faultsOf(tab.page)).toEqual([])
      await tab.become('lead')
      await tab.press(tab.card(WAITS), 'Approve')
      await tab.page.getByRole('dialog').waitFor()
      expect(await faultsOf(tab.page)).toEqual([])
      await tab.page.keyboard.press('Escape')
      await tab.press(tab.card(WAITS), 'Reject')
      await tab.page.getByRole('dialog').waitFor()
      expect(await faultsOf(tab.page)).toEqual([])
      await tab.page.keyboard.press('Escape')
      await tab.page.getByRole('dialog').waitFor({ state: 'detached' })
    })

    it('has none in the dark and on a telephone either', async () => {
      const { openAs } = opened()
      const dark = await openAs('lead', { colorScheme: 'dark' })
      await dark.card(WAITS).waitFor()
      expect(await faultsOf(dark.page)).toEqual([])
      const narrow = await openAs('lead', { viewport: { width: 375, height: 700 } })
      await narrow.card(WAITS).waitFor()
      expect(await faultsOf(narrow.page)).toEqual([])
      await narrow.page.getByRole('button', { name: 'The world' }).click()
      await narrow.panel('myk8s').waitFor()
      expect(await faultsOf(narrow.page)).toEqual([])
    })

    it('fits a telephone: nothing is wider than the screen, and one gets to the world and back', async () => {
      const tab = await opened().openAs('lead', { viewport: { width: 375, height: 700 } })
      await tab.card(WAITS).waitFor()
      expect(await tooWide(tab.page)).toEqual([])
      await tab.page.getByRole('button', { name: 'The world' }).click()
      await tab.panel('staging').waitFor()
      expect(await tooWide(tab.page)).toEqual([])
      await tab.page.getByRole('button', { name: 'The channel' }).click()
      await tab.card(WAITS).waitFor()
    })

    it('tells screen readers of a new card and of what becomes of it, in a sentence each', async () => {
      const { openAs } = opened()
      const tab = await openAs('lead')
      const heard = tab.page.getByRole('status').filter({ hasText: /^Reagent: / })
      await tab.press(tab.card(WAITS), 'Approve', 'Approve')
      await tab.card(IS_BACK).waitFor()
      await heard.filter({ hasText: /^Reagent: .*myk8s is back/ }).waitFor({ state: 'attached' })
      expect(await heard.textContent()).not.toMatch(/[<>*`]/)
    })
  },
)

/** What axe finds that keeps people out, with where. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  // The page runs its own files only, so the checker comes in past its policy.
  await page.evaluate(axe.source)
  const found: string = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      JSON.stringify(violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | '))))`,
  )
  return JSON.parse(found)
}

/** Elements that reach over the right edge of the screen. */
async function tooWide(page: Page): Promise<readonly string[]> {
  const found: string = await page.evaluate(
    `JSON.stringify([...document.querySelectorAll('body *')]
      .filter((node) => node.getClientRects().length > 0 && node.getBoundingClientRect().right > innerWidth + 1
        && !node.closest('.unseen'))
      .map((node) => node.outerHTML.slice(0, 120)))`,
  )
  return JSON.parse(found)
}
