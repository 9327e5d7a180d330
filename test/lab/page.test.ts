import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openPage } from '../../lab/page/index.ts'
import { rotateCertificateAuthority, startWorld, until, type World } from '../../lab/world/index.ts'
import { findBrowser, startBrowser } from './support/browser.ts'

const program = findBrowser()
const isBrowserNeeded = process.env.CI === 'true'
if (program === null && !isBrowserNeeded)
  console.info('There is no Chromium on the PATH: the tests in a browser are left out')

if (program === null && isBrowserNeeded) {
  it('is tried in a browser', () => {
    expect.fail('There is no Chromium on the PATH, and CI=true demands one.')
  })
}

// One world for all of them, in order: what one leaves on the channel is what the next finds there.
describe.skipIf(program === null)('the page in a browser', () => {
  let world: World
  let page: Awaited<ReturnType<typeof openPage>>
  let browser: Browser
  const problems: string[] = []

  beforeAll(async () => {
    world = await startWorld({ timeScale: 0.02, stableFor: '1200ms', probeLimit: '10s' })
    await rotateCertificateAuthority(world)
    await world.startReagent()
    page = await openPage(world)
    browser = await startBrowser(program ?? '')
  })
  afterAll(async () => {
    await browser?.close()
    await page?.close()
    await world?.close()
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    expect(problems.splice(0)).toEqual([])
  })

  /** Opens the page as this person. What the browser complains about fails the test. */
  async function openAs(person: string): Promise<Page> {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    tab.setDefaultTimeout(15_000)
    tab.on('pageerror', (error) => problems.push(String(error)))
    tab.on('console', (message) => {
      if (message.type() === 'error' && !/status of (409|422|502)/.test(message.text())) {
        problems.push(message.text())
      }
    })
    await tab.goto(`${page.url}#${person}`)
    await tab.getByRole('radio', { name: person, checked: true }).waitFor()
    return tab
  }

  async function type(tab: Page, command: string): Promise<void> {
    await tab.getByLabel('Command', { exact: true }).fill(command)
    await tab.keyboard.press('Enter')
  }

  async function become(tab: Page, person: string): Promise<void> {
    await tab.getByRole('radio', { name: person }).check()
  }

  const messages = (tab: Page) => tab.getByRole('list', { name: 'Messages in #incident-prod' })
  const cards = (tab: Page) => messages(tab).getByRole('listitem')
  const button = (inside: Page | Locator, name: string) =>
    inside.getByRole('button', { name, exact: true })

  async function isLost(): Promise<void> {
    await until(
      'Rancher to miss the agents',
      () => world.rancher.clusterState(world.clusterId) === 'unavailable',
    )
  }

  it('plays the whole story: oncall asks, the card names the cause, lead approves, the cluster is back', async () => {
    const tab = await openAs('oncall')
    await type(tab, '/rancher reagent myk8s')
    const card = cards(tab).filter({ hasText: 'needs an approval' })
    await card.getByText(/Cause: the agents pin CA [0-9a-f]+…, Rancher serves/).waitFor()
    await card.getByText('@lead').waitFor()
    await become(tab, 'lead')
    await button(card, 'Approve').click()
    const question = tab.getByRole('dialog')
    await question.getByText('The agents of myk8s are changed as shown and restart.').waitFor()
    await button(question, 'Apply').click()
    await cards(tab).filter({ hasText: 'myk8s is back' }).getByText('(edited)').waitFor()
    const panel = tab.getByRole('complementary', { name: 'The world' })
    await panel.getByText('myk8s is active in Rancher.').first().waitFor()
  })

  it('does not press the button when the question is answered with no', async () => {
    const tab = await openAs('oncall')
    await button(tab, 'Revoke the registration token').click()
    await isLost()
    await type(tab, '/rancher reagent myk8s')
    const card = cards(tab).filter({ hasText: 'needs an approval' })
    await button(card, 'Cancel').click()
    await button(tab.getByRole('dialog'), 'Back').click()
    await tab.getByRole('dialog').waitFor({ state: 'detached' })
    await button(card, 'Cancel').click()
    await tab.keyboard.press('Escape')
    await tab.getByRole('dialog').waitFor({ state: 'detached' })
    expect(world.slack.lastRequest()?.body).not.toContain('block_actions')
  })

  it('asks for a reason in a window when lead rejects, and does not send an empty one', async () => {
    const tab = await openAs('lead')
    await button(cards(tab).filter({ hasText: 'needs an approval' }), 'Reject').click()
    const form = tab.getByRole('dialog', { name: 'Reject the plan' })
    await button(form, 'Reject').click()
    await form.getByText('Please complete this required field.').waitFor()
    expect(world.slack.lastRequest()?.body).not.toContain('view_submission')
    await form.getByLabel('Why is the plan for myk8s rejected?').fill('Change freeze until Monday')
    await button(form, 'Reject').click()
    await form.waitFor({ state: 'detached' })
    await cards(tab)
      .filter({ hasText: 'rejected by @lead' })
      .getByText('Reason: Change freeze until Monday')
      .waitFor()
  })

  it('shows the timeline of a run in a window that Escape closes', async () => {
    const tab = await openAs('lead')
    await button(cards(tab).filter({ hasText: 'myk8s is back' }), 'Timeline').click()
    const timeline = tab.getByRole('dialog', { name: 'Timeline' })
    await timeline.getByText('approved by @lead').waitFor()
    await tab.keyboard.press('Escape')
    await timeline.waitFor({ state: 'detached' })
    expect(world.slack.modal('lead')).toBeUndefined()
  })

  it('shows a cluster’s name as it was typed, whatever markup is in it', async () => {
    const tab = await openAs('oncall')
    await type(tab, '/rancher diagnose <b>*my*_k8s_</b>')
    const card = cards(tab).filter({ hasText: 'the run failed' })
    await card.getByText('Rancher knows no cluster named "<b>*my*_k8s_</b>".').waitFor()
    await card.getByText('<b>*my*_k8s_</b>', { exact: true }).waitFor()
    expect(await card.locator('b, strong, em').count()).toBe(0)
  })

  it('shows what is only for oncall to nobody else', async () => {
    const tab = await openAs('oncall')
    await type(tab, '/rancher help')
    await messages(tab).getByText('You may ask here; somebody else approves.').waitFor()
    await messages(tab).getByText('Only visible to you').first().waitFor()
    await become(tab, 'lead')
    await tab.getByRole('radio', { name: 'lead', checked: true }).waitFor()
    await cards(tab).filter({ hasText: 'myk8s is back' }).waitFor()
    await expect.poll(() => messages(tab).getByText('You may ask here').count()).toBe(0)
    await expect.poll(() => messages(tab).getByText('Only visible to you').count()).toBe(0)
  })

  it('sends commands only, and recalls them with the arrow keys', async () => {
    const tab = await openAs('oncall')
    const field = tab.getByLabel('Command', { exact: true })
    await type(tab, 'hello')
    await tab.getByText('Reagent takes commands: begin with /rancher.').waitFor()
    await type(tab, '/rancher runs')
    await until('the line to be empty', async () => (await field.inputValue()) === '')
    await field.press('ArrowUp')
    expect(await field.inputValue()).toBe('/rancher runs')
    await field.press('ArrowDown')
    expect(await field.inputValue()).toBe('')
  })

  it('draws mrkdwn as Slack does, and says which block it does not know', async () => {
    const lines = [
      '*bold* _italic_ ~gone~ `*code* &lt;x&gt;` 2*3*4 snake_case_name *_both_*',
      `<@${world.slack.person('lead').id}> <https://example.com/a?b=1&amp;c=2|a link> <javascript:alert(1)|no link>`,
      '<!date^1767233460^at {date_num}|some day>',
      '• first',
      '```*as is*```',
    ]
    await post(world, [
      { type: 'header', text: { type: 'plain_text', text: '*Plain* &amp; simple' } },
      { type: 'section', text: { type: 'mrkdwn', text: lines.join('\n') } },
      {
        type: 'section',
        fields: [
          { type: 'mrkdwn', text: '*left*' },
          { type: 'plain_text', text: '*right*' },
        ],
      },
      { type: 'image', image_url: 'https://example.com/x.png', alt_text: 'a picture' },
    ])
    const tab = await openAs('guest')
    const card = cards(tab).filter({ hasText: 'snake_case_name' })
    const texts = (selector: string) => card.locator(selector).allTextContents()
    await card.waitFor()
    expect(await texts('h3')).toEqual(['*Plain* &amp; simple'])
    expect(await texts('strong')).toEqual(['bold', 'both', 'left'])
    expect(await texts('em')).toEqual(['italic', 'both'])
    expect(await texts('s')).toEqual(['gone'])
    expect(await texts('code')).toEqual(['*code* <x>'])
    expect(await texts('pre')).toEqual(['*as is*'])
    expect(await texts('.mention')).toEqual(['@lead'])
    expect(await texts('time[datetime="2026-01-01T02:11:00.000Z"]')).toContainEqual(
      expect.stringMatching(/^at .*2026/),
    )
    expect(await texts('a')).toEqual(['a link'])
    expect(await card.locator('a').getAttribute('href')).toBe('https://example.com/a?b=1&c=2')
    expect(await card.locator('a').getAttribute('rel')).toContain('noopener')
    await card.getByText('block of type image').waitFor()
  })

  it('breaks the world and mends it again', async () => {
    const tab = await openAs('guest')
    const panel = tab.getByRole('complementary', { name: 'The world' })
    await button(panel, 'Take Rancher down').click()
    await button(panel, 'Bring Rancher back').waitFor()
    expect(await button(panel, 'Rotate Rancher’s CA').isDisabled()).toBe(true)
    await button(panel, 'Bring Rancher back').click()
    await panel.getByText('Rancher is up again.').waitFor()
    await button(panel, 'Take the API server down').click()
    await button(panel, 'Bring the API server back').click()
    await panel.getByText('The API server is up again.').waitFor()
  })

  it('turns a button until Reagent has answered, and says so when it does not', async () => {
    const tab = await openAs('lead')
    const timeline = button(cards(tab).filter({ hasText: 'myk8s is back' }), 'Timeline')
    const isWaiting = (isIt: boolean) =>
      until('the button', async () => (await timeline.getAttribute('aria-busy')) === String(isIt))
    for (const { pid } of world.processes) process.kill(pid, 'SIGSTOP')
    await timeline.click()
    await isWaiting(true)
    await tab.getByText('Reagent did not answer within 3 seconds (operation_timeout).').waitFor()
    await isWaiting(false)
    await Promise.all(world.processes.map((reagent) => reagent.kill('SIGKILL')))
    await timeline.click()
    await tab.getByText('Reagent could not be reached (dispatch_failed).').waitFor()
  })
})

/** Posts to the channel as the bot does. */
async function post({ slack }: World, blocks: readonly object[]): Promise<void> {
  const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${slack.botToken}`,
      'content-type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify({ channel: slack.channelId('incident-prod'), text: 'a card', blocks }),
  })
  expect(await response.json()).toMatchObject({ ok: true })
}
