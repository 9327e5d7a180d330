import { expect, it } from 'vitest'
import { until } from '../../../lab/world/index.ts'
import { describeInBrowser } from './support/page-in-browser.ts'
import { edit, post } from './support/post-as-bot.ts'
import { NOTHING_WRONG } from './support/words.ts'

describeInBrowser('a message on the page', {}, (opened) => {
  it('draws mrkdwn as Slack does, and says which block it does not know', async () => {
    const { openAs, world } = opened()
    const lines = [
      '*bold* _italic_ ~gone~ `*code* &lt;x&gt;`: 2*3*4 snake_case_name *_both_* 10:30:45',
      `<@${world.slack.person('lead').id}> <https://example.com/a?b=1&amp;c=2|a link> <javascript:alert(1)|no link>`,
      '<!date^1767233460^at {date_num}|some day>',
      '&lt;!channel&gt; # no heading',
      '• first',
      '&gt; quoted',
      '```*as is*```',
    ]
    await post(world, 'a card', [
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
    const card = tab.card('snake_case_name')
    const texts = (selector: string) => card.locator(selector).allTextContents()
    await card.waitFor()
    expect(await texts('h3')).toEqual(['*Plain* &amp; simple'])
    expect(await texts('strong')).toEqual(['bold', 'both', 'left'])
    expect(await texts('em')).toEqual(['italic', 'both'])
    expect(await texts('s')).toEqual(['gone'])
    expect(await texts('code')).toEqual(['*code* <x>'])
    expect(await texts('pre')).toEqual(['*as is*'])
    expect(await texts('blockquote')).toEqual(['quoted'])
    expect(await texts('.mention')).toEqual(['@lead'])
    expect(await texts('time[datetime="2026-01-01T02:11:00.000Z"]')).toContainEqual('at 01/01/2026')
    expect(await texts('a')).toEqual(['a link'])
    expect(await card.locator('a').getAttribute('href')).toBe('https://example.com/a?b=1&c=2')
    expect(await card.locator('a').getAttribute('rel')).toContain('noopener')
    await card.getByText('10:30:45').waitFor()
    await card.getByText('<!channel> # no heading').waitFor()
    await card.getByText('block of type image').waitFor()
  })

  it('draws rich text, and interprets nothing in it', async () => {
    const { openAs, world } = opened()
    const text = (value: string, style = {}) => ({ type: 'text', text: value, style })
    await post(world, 'a card', [
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              text('Cause ', { bold: true }),
              text('*not bold* <!channel>'),
              { type: 'user', user_id: world.slack.person('oncall').id },
              { type: 'link', url: 'https://example.com/why', text: 'why' },
              { type: 'date', timestamp: 1767233460, format: '{date_num}', fallback: 'x' },
            ],
          },
          {
            type: 'rich_text_list',
            style: 'bullet',
            elements: [
              { type: 'rich_text_section', elements: [text('one')] },
              { type: 'rich_text_section', elements: [text('two', { code: true })] },
            ],
          },
          { type: 'rich_text_preformatted', elements: [text('  kept\n  so')] },
        ],
      },
    ])
    const tab = await openAs('guest')
    const card = tab.card('*not bold* <!channel>')
    const texts = (selector: string) => card.locator(selector).allTextContents()
    await card.waitFor()
    expect(await texts('strong')).toEqual(['Cause '])
    expect(await texts('.mention')).toEqual(['@oncall'])
    expect(await texts('a')).toEqual(['why'])
    expect(await texts('.rich-text time')).toEqual(['01/01/2026'])
    expect(await texts('li')).toEqual(['one', 'two'])
    expect(await texts('li code')).toEqual(['two'])
    expect(await texts('pre')).toEqual(['  kept\n  so'])
  })

  it('says how long ago something was, and goes on saying it', async () => {
    const { openAs, world } = opened()
    const seconds = Math.floor(Date.now() / 1000) - 120
    await post(world, 'a card', [
      { type: 'section', text: { type: 'mrkdwn', text: `lost <!date^${seconds}^{ago}|then>` } },
    ])
    const { card, page } = await openAs('guest')
    await page.clock.install()
    await page.reload()
    await card('lost').getByText('2 minutes ago').waitFor()
    await page.clock.fastForward('03:00')
    await card('lost').getByText('5 minutes ago').waitFor()
  })

  it('shows a cluster’s name as it was typed, whatever markup is in it', async () => {
    const tab = await opened().openAs('oncall')
    await tab.type('/rancher diagnose <b>*my*_k8s_</b>')
    const card = tab.card('Rancher knows no cluster named')
    await card.getByText('<b>*my*_k8s_</b>').first().waitFor()
    expect(await card.locator('b, em').count()).toBe(0)
  })

  it('that only oncall may see is shown to nobody else', async () => {
    const tab = await opened().openAs('oncall')
    await tab.type('/rancher help')
    await tab.card('Only visible to you').waitFor()
    await tab.become('lead')
    await tab.card('Rancher knows no cluster named').waitFor()
    expect(await tab.card('Only visible to you').count()).toBe(0)
  })

  it('is edited in place: the card stays the same element, and whoever was on its button keeps the keyboard', async () => {
    const { openAs, world } = opened()
    const tab = await openAs('oncall')
    const button = (label: string) => ({
      type: 'button',
      action_id: 'timeline',
      text: { type: 'plain_text', text: label },
      value: 'r-x',
    })
    const blocks = (state: string) => [
      { type: 'section', block_id: 's', text: { type: 'mrkdwn', text: `state ${state}` } },
      { type: 'actions', block_id: 'a', elements: [button('Look')] },
    ]
    const ts = await post(world, 'a card', blocks('one'))
    const card = tab.card(/state (one|two)/)
    await card.getByRole('button', { name: 'Look' }).focus()
    const before = await card.elementHandle()
    await edit(world, ts, 'a card', blocks('two'))
    await card.getByText('state two').waitFor()
    expect(await before?.evaluate('(node) => node.isConnected')).not.toBe(false)
    expect(await card.evaluate('document.activeElement.textContent')).toBe('Look')
    expect(await card.getByText('(edited)').count()).toBe(0)
  })

  it('turns a button until Reagent has answered, and says so when it does not', async () => {
    const { openAs, world } = opened()
    const tab = await openAs('oncall')
    await tab.type('/rancher reagent myk8s')
    const timeline = tab.card(NOTHING_WRONG).getByRole('button', { name: 'Timeline' })
    await timeline.waitFor()
    const isWaiting = (isIt: boolean) =>
      until('the button', async () => (await timeline.getAttribute('aria-busy')) === String(isIt))
    for (const { pid } of world.processes) process.kill(pid, 'SIGSTOP')
    await timeline.click()
    await isWaiting(true)
    await tab.page
      .getByText('Reagent did not answer within 3 seconds (operation_timeout).')
      .waitFor()
    await isWaiting(false)
    await Promise.all(world.processes.map((reagent) => reagent.kill('SIGKILL')))
    await timeline.click()
    await tab.page.getByText('Reagent could not be reached (dispatch_failed).').waitFor()
  })
})
