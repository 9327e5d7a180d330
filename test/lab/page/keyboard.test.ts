import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { rotateCertificateAuthority, until } from '../../../lab/world/index.ts'
import { describeInBrowser } from './support/page-in-browser.ts'
import { IS_BACK, WAITS } from './support/words.ts'

describeInBrowser(
  'the page with the keyboard alone',
  { otherClusters: ['staging'], before: rotateCertificateAuthority },
  (opened) => {
    it('completes commands and clusters, and recalls what was said', async () => {
      const { page } = await opened().openAs('oncall')
      const line = page.getByRole('combobox', { name: 'Command' })
      await page.keyboard.type('/')
      await page.getByRole('option', { name: '/rancher reagent CLUSTER' }).waitFor()
      await page.keyboard.type('rancher di')
      await page.keyboard.press('Tab')
      expect(await line.inputValue()).toBe('/rancher diagnose ')
      await page.getByRole('option', { name: 'myk8s' }).waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.getByRole('option', { name: 'staging', selected: true }).waitFor()
      await page.keyboard.press('Enter')
      expect(await line.inputValue()).toBe('/rancher diagnose staging')
      expect(await page.getByRole('option').count()).toBe(0)
      await page.keyboard.press('Enter')
      await until('the line to be empty', async () => (await line.inputValue()) === '')
      await page.keyboard.press('ArrowUp')
      expect(await line.inputValue()).toBe('/rancher diagnose staging')
      await page.keyboard.press('ArrowDown')
      expect(await line.inputValue()).toBe('')
      await page.keyboard.type('/ran')
      await page.keyboard.press('Escape')
      expect(await page.getByRole('option').count()).toBe(0)
      expect(await line.inputValue()).toBe('/ran')
    })

    it('says what is no command, and what the lab does not take', async () => {
      const { page } = await opened().openAs('oncall')
      await page.keyboard.type('hello')
      await page.keyboard.press('Enter')
      await page.getByText('Reagent takes commands: begin with /rancher.').waitFor()
    })

    it('plays the whole story: asks, becomes lead, approves, reads the timeline', async () => {
      const { page, card } = await opened().openAs('oncall')
      await page.keyboard.type('/rancher reagent myk8s')
      await page.keyboard.press('Enter')
      await card(WAITS).waitFor()

      await moveTo(page, 'radio', /^oncall/, 'Shift+Tab')
      await page.keyboard.press('ArrowDown')
      await page.getByRole('radio', { name: 'lead', checked: true }).waitFor()
      await card(WAITS).waitFor()

      await moveTo(page, 'button', /Approve/, 'Tab')
      await page.keyboard.press('Enter')
      const question = page.getByRole('dialog')
      await question.waitFor()
      // The safe answer has the keyboard first.
      expect(await focused(page)).toMatchObject({ role: 'button', name: 'Back' })
      await page.keyboard.press('Shift+Tab')
      expect(await focused(page)).toMatchObject({
        role: 'button',
        name: 'Approve',
      })
      await page.keyboard.press('Enter')
      await card(IS_BACK).waitFor()

      await moveTo(page, 'button', /Timeline/, 'Tab')
      await page.keyboard.press('Enter')
      const timeline = page.getByRole('dialog', { name: 'Timeline' })
      await timeline.getByText('@lead').waitFor()
      await page.keyboard.press('Escape')
      await timeline.waitFor({ state: 'detached' })
      expect((await focused(page)).name).toMatch(/Timeline/)
    })

    it('pulls a lever, and reads what came of it', async () => {
      const { page, panel } = await opened().openAs('guest')
      await moveTo(page, 'button', 'Take Rancher down', 'Tab')
      await page.keyboard.press('Enter')
      await panel().getByText('Rancher went down.').waitFor()
      await moveTo(page, 'button', 'Bring Rancher back', 'Tab')
      await page.keyboard.press('Enter')
      await panel().getByText('Rancher is up again.').waitFor()
    })
  },
)

const MOST_STEPS = 80

/** Presses the key until the element of this role and name has the keyboard. */
async function moveTo(page: Page, role: string, name: string | RegExp, key: string): Promise<void> {
  const passed: string[] = []
  for (let step = 0; step < MOST_STEPS; step++) {
    const now = await focused(page)
    if (now.role === role && (typeof name === 'string' ? now.name === name : name.test(now.name)))
      return
    passed.push(`${now.role} ${now.name}`)
    await page.keyboard.press(key)
  }
  expect.fail(`the keyboard never reached ${role} ${name}; it passed ${passed.join(', ')}`)
}

/** What has the keyboard, in the words of a screen reader. */
async function focused(page: Page): Promise<{ readonly role: string; readonly name: string }> {
  const element = page.locator(':focus')
  // Past the last element, the browser itself has the keyboard for one step.
  if ((await element.count()) === 0) return { role: 'document', name: '' }
  const snapshot = await element.ariaSnapshot()
  const [, role = '', name = ''] = /^- (\w+)(?: "([^"]*)")?/.exec(snapshot) ?? []
  return { role, name }
}
