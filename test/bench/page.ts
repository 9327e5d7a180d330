import type { Browser } from 'playwright-core'
import { openPage } from '../../lab/page/index.ts'
import { startWorld, type World } from '../../lab/world/index.ts'
import { findBrowser, startBrowser } from '../lab/page/support/browser.ts'
import { edit, post } from '../lab/page/support/post-as-bot.ts'
import { type Figure, median, quantile } from './contract.ts'

const LOADS = 10
const CHANGES = 100

/** The lab's page: when it first shows something, and how long a changed card takes from Slack's answer to the bot until it is on the screen. */
export async function measurePage(): Promise<readonly Figure[]> {
  const program = findBrowser()
  if (program === null) throw new Error('there is no Chromium on the PATH')
  const world = await startWorld({ liveTimestamps: true })
  const page = await openPage(world)
  const browser = await startBrowser(program)
  try {
    const paints = await firstPaints(browser, page.url)
    const delays = await changeDelays(browser, page.url, world)
    return [
      {
        name: 'the lab’s page, opened in a new browser context until its first contentful paint, median',
        unit: 'ms',
        value: median(paints),
        goal: { of: 'value', atMost: 1_000 },
        samples: paints.length,
      },
      {
        name: 'a card’s change, from Slack’s answer to the bot until it is drawn on the page, p95',
        unit: 'ms',
        value: quantile(delays, 0.95),
        goal: { of: 'value', atMost: 200 },
        samples: delays.length,
      },
    ]
  } finally {
    await browser.close()
    await page.close()
    await world.close()
  }
}

async function firstPaints(browser: Browser, url: string): Promise<readonly number[]> {
  const paints: number[] = []
  for (let load = 0; load < LOADS; load += 1) {
    const context = await browser.newContext()
    const tab = await context.newPage()
    await tab.goto(url)
    await tab.getByRole('combobox').waitFor()
    paints.push(
      await tab.evaluate<number>(
        `new Promise((resolve) => new PerformanceObserver((list) => {
          for (const { name, startTime } of list.getEntries())
            if (name === 'first-contentful-paint') resolve(startTime)
        }).observe({ type: 'paint', buffered: true }))`,
      ),
    )
    await context.close()
  }
  return paints
}

/** Both ends are on one machine and read one clock. */
async function changeDelays(
  browser: Browser,
  url: string,
  world: World,
): Promise<readonly number[]> {
  const tab = await browser.newPage()
  await tab.goto(url)
  await tab.getByRole('combobox').waitFor()
  // Notes when each text was first drawn: after the frame in which it came into the document.
  await tab.evaluate(`{
    const drawnAt = new Map()
    const waiting = new Map()
    window.whenDrawn = (number) =>
      drawnAt.get(number) ?? new Promise((resolve) => waiting.set(number, resolve))
    new MutationObserver(() => requestAnimationFrame(() => {
      const number = /change (\\d+)/.exec(document.querySelector('.messages').textContent)?.[1]
      if (!number || drawnAt.has(number)) return
      drawnAt.set(number, Date.now())
      waiting.get(number)?.(Date.now())
    })).observe(document.body, { childList: true, subtree: true, characterData: true })
  }`)
  const ts = await post(world, 'a card', card(0))
  const delays: number[] = []
  for (let number = 1; number <= CHANGES; number += 1) {
    await edit(world, ts, 'a card', card(number))
    const answeredAt = Date.now()
    const drawnAt = await tab.evaluate<number>(`window.whenDrawn('${number}')`)
    delays.push(Math.max(0, drawnAt - answeredAt))
  }
  return delays
}

function card(number: number) {
  return [{ type: 'section', text: { type: 'mrkdwn', text: `change ${number}` } }]
}
