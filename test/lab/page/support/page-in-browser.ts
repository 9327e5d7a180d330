import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openPage } from '../../../../lab/page/index.ts'
import { startWorld, type World, type WorldOptions } from '../../../../lab/world/index.ts'
import { findBrowser, startBrowser } from './browser.ts'

/** A world with Reagent and its page, and tabs of people who look at it. */
export interface PageInBrowser {
  readonly world: World
  /** Address of the page. */
  readonly url: string
  /** Opens the page as this person. What the browser complains about fails the test. */
  openAs(person: string, options?: BrowserContextOptions): Promise<Tab>
}

/** What a person does and sees in a tab. */
export interface Tab {
  readonly page: Page
  /** The newest message that says this. */
  card(says: string | RegExp): Locator
  /** The newest card about this cluster, whatever it says. */
  newestCard(cluster: string): Locator
  /** The panel of the world; of one cluster when it is named. */
  panel(cluster?: string): Locator
  /** Types a command and sends it. */
  type(command: string): Promise<void>
  /** Becomes somebody else. */
  become(person: string): Promise<void>
  /** Presses a button, and says yes with this one when it asks. */
  press(inside: Locator, name: string | RegExp, yes?: string | RegExp): Promise<void>
}

const program = findBrowser()
const isNeeded = process.env.CI === 'true'

/**
 * Tests in a browser, one world for all of them, in order: what one leaves on the channel is what the next finds there. Left out
 * where there is no Chromium, with a line that says so; with `CI=true` that is a failure.
 */
export function describeInBrowser(
  name: string,
  options: WorldOptions & { readonly before?: (world: World) => Promise<void> },
  tests: (opened: () => PageInBrowser) => void,
): void {
  if (program === null) {
    if (!isNeeded) console.info(`There is no Chromium on the PATH: "${name}" is left out`)
    else it(name, () => expect.fail('There is no Chromium on the PATH, and CI=true demands one.'))
    return
  }
  describe(name, () => {
    const problems: string[] = []
    let browser: Browser
    let opened: PageInBrowser | null = null
    let close = async () => {}

    beforeAll(async () => {
      const world = await startWorld({
        timeScale: 0.02,
        stableFor: '1200ms',
        probeLimit: '10s',
        liveTimestamps: true,
        ...options,
      })
      close = world.close
      await options.before?.(world)
      await world.startReagent()
      const page = await openPage(world)
      close = async () => {
        await page.close()
        await world.close()
      }
      browser = await startBrowser(program)
      opened = {
        world,
        url: page.url,
        async openAs(person, context = {}) {
          const tab = await browser.newPage({
            viewport: { width: 1280, height: 800 },
            locale: 'en-GB',
            timezoneId: 'Europe/Berlin',
            ...context,
          })
          listenTo(tab, problems)
          await tab.goto(`${page.url}#${person}`)
          await tab.getByRole('radio', { name: person, checked: true }).waitFor()
          return tabOf(tab)
        },
      }
    })
    afterAll(async () => {
      await browser?.close()
      await close()
    })
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') console.info(seenOn(opened))
      for (const context of browser.contexts()) await context.close()
      expect(problems.splice(0)).toEqual([])
    })
    tests(() => opened ?? expect.fail('the page is not open'))
  })
}

/** The texts of the channel, for whoever reads why a test failed. */
function seenOn(opened: PageInBrowser | null): string {
  const messages = opened?.world.slack.messages() ?? []
  return ['On the channel:', ...messages.map(({ text }) => text)].join('\n')
}

/** A browser logs answers that the page expects and explains: a command that is none, a bot that is gone. */
function listenTo(tab: Page, problems: string[]): void {
  tab.setDefaultTimeout(20_000)
  tab.on('pageerror', (error) => problems.push(String(error)))
  tab.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (!/status of (409|422|502)/.test(message.text())) problems.push(message.text())
  })
}

function tabOf(page: Page): Tab {
  const messages = page.getByRole('list', { name: 'Messages in #incident-prod' })
  return {
    page,
    card: (says) => messages.getByRole('listitem').filter({ hasText: says }).last(),
    newestCard: (cluster) =>
      messages
        .getByRole('listitem')
        .filter({ hasText: cluster, hasNotText: 'Only visible to you' })
        .last(),
    panel: (cluster) =>
      cluster === undefined
        ? page.getByRole('complementary', { name: 'The world' })
        : page.getByRole('region', { name: `Cluster ${cluster}` }),
    async type(command) {
      await page.getByRole('combobox', { name: 'Command' }).fill(command)
      await page.keyboard.press('Enter')
    },
    become: (person) => page.getByRole('radio', { name: person }).check(),
    async press(inside, name, yes) {
      await inside.getByRole('button', { name }).click()
      if (yes === undefined) return
      await page.getByRole('dialog').getByRole('button', { name: yes }).click()
    },
  }
}
