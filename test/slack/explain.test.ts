import { describe, expect, it } from 'vitest'
import { cardText } from '../../lab/slack/index.ts'
import type { Answer } from '../../src/queue/index.ts'
import { MODES, openBot } from './support/bot.ts'
import { interpreted } from './support/messages.ts'
import { answerLooks } from './support/worker.ts'

const LINE =
  'http: TLS handshake error from 192.168.51.201:56744: remote error: tls: bad certificate'
const TOKEN = 'gdcllf4h2hggbw7b5f4jfw8bxsd4kxvlswhqj4gczdc9dlcmd8m6kr'

const found: Answer = {
  kind: 'owners',
  found: {
    owners: [
      {
        trace: '192.168.51.201',
        cluster: { id: 'c-sxlbv', name: 'myk8s', state: 'unavailable', internal: false },
        as: { kind: 'node', name: 'w1' },
      },
    ],
    unknown: [],
    ownMachine: [],
    unseen: [],
  },
}

describe.each(MODES)('a log line pasted behind /rancher explain (%s)', (mode) => {
  it('is explained at once, and whose address it is follows with a button that diagnoses that cluster', async () => {
    const bot = await openBot({ mode })
    const said = await bot.slack.say('oncall', `/rancher explain ${LINE}`)
    const first = cardText(said.message ?? { text: '', blocks: [] })
    expect(first).toContain('192.168.51.201:56744 refused Rancher’s certificate')
    expect(first).toContain('Does not prove: Who it was.')
    expect(first).toContain('looking up')
    const looks = answerLooks(bot, found)
    const note = await bot.noteSaying('is node `w1` of cluster `myk8s`', 'oncall')
    expect(cardText(note)).toContain('[Diagnose myk8s]')
    expect(looks).toMatchObject([
      { question: { about: 'owners', traces: { addresses: ['192.168.51.201'], clusterIds: [] } } },
    ])
    await bot.slack.click('oncall', { actionId: 'diagnose' })
    await bot.noteSaying('Taken: run', 'oncall')
    expect(await bot.runs.recent(10)).toMatchObject([{ goal: 'diagnose', cluster: 'myk8s' }])
    expect(bot.slack.messages()).toEqual([])
    expect(bot.slack.ephemerals('lead')).toEqual([])
  })
})

describe('whatever Slack makes of a pasted line', () => {
  it.each([
    ['smart quotes', `time=“2026-11-23T04:44:21Z” level=error msg=“2026/11/23 04:44:21 ${LINE}”`],
    ['a code fence', `\`\`\`\n2026/11/24 02:11:04 [INFO] ${LINE}\n\`\`\``],
    ['a code span', `\`${LINE}\``],
    ['several lines', `\n${LINE}\n${LINE}\n`],
    ['escapes', `&gt; ${LINE}`],
    [
      'an IP that it takes for a link',
      LINE.replace('192.168.51.201', '<http://192.168.51.201|192.168.51.201>'),
    ],
    ['no line break behind the command', LINE],
  ])('%s: it is understood', async (_, pasted) => {
    const bot = await openBot()
    const { message } = await bot.slack.say('oncall', `/rancher explain ${pasted}`)
    expect(message?.text).toContain('192.168.51.201:56744 refused Rancher’s certificate')
  })

  it.each([
    [
      'ERROR: <https://rancher.example.com/ping|https://rancher.example.com/ping> is not accessible (Could not resolve host: <http://rancher.example.com|rancher.example.com>)',
      'the name in https://rancher.example.com cannot be resolved',
    ],
    [
      'x509: certificate is valid for <http://a.example.com|a.example.com>, not <http://b.example.com|b.example.com>',
      'is not for the name or address that was asked for',
    ],
    [
      'Cannot validate certificate for 127.0.0.1 because it doesn’t contain any IP SANs',
      'Not a line',
    ],
    [
      'x509: cannot validate certificate for 127.0.0.1 because it doesn’t contain any IP SANs',
      'is not for the name',
    ],
    [
      'Configured cacerts checksum (aa11) does not match given —ca-checksum (bb22)',
      'checksum bb22',
    ],
  ])('%s', async (pasted, words) => {
    const bot = await openBot()
    const { message } = await bot.slack.say('oncall', `/rancher explain ${pasted}`)
    expect(message?.text).toContain(words)
  })
})

describe('a registration token in the line', () => {
  it('is warned about, and stands in no answer, in no log and not on disk', async () => {
    const bot = await openBot()
    const line = `time="2026-11-22T21:40:38Z" level=info msg="Connecting to wss://10.0.0.9/v3/connect with token ${TOKEN}" peer=192.168.51.201 cluster=c-sxlbv`
    const { message, body } = await bot.slack.say('oncall', `/rancher explain ${line}`)
    expect(cardText(message ?? { text: '', blocks: [] })).toMatch(
      /holds a cluster registration token.*Delete the message, delete that registration token/,
    )
    expect(body).not.toContain(TOKEN)
    expect(JSON.stringify(message)).not.toContain(TOKEN)
    expect(JSON.stringify(bot.log)).not.toContain(TOKEN)
    const looks = answerLooks(bot, found)
    await bot.noteSaying('is node', 'oncall')
    expect(JSON.stringify(looks)).not.toContain(TOKEN)
    expect(looks).toMatchObject([{ question: { traces: { clusterIds: ['c-sxlbv'] } } }])
  })
})

describe('explain', () => {
  it('says what to paste when nothing was', async () => {
    const bot = await openBot()
    const { message } = await bot.slack.say('oncall', '/rancher explain')
    expect(message?.text).toContain('Paste the line behind the command')
  })

  it('is refused to somebody who may not ask', async () => {
    const bot = await openBot()
    const { message } = await bot.slack.say('stranger', `/rancher explain ${LINE}`)
    expect(message?.text).not.toContain('certificate')
    expect(message?.text).toContain('reagent.yaml')
  })

  it('takes lines as long as Slack sends, and lets nothing in them act', async () => {
    const bot = await openBot()
    for (const filler of ['x', '<!channel> ', '`', '*_~', '👧', '&lt;', '"', '\n```']) {
      const { status, message } = await bot.slack.say(
        'oncall',
        `/rancher explain ${filler.repeat(8_000 / filler.length)} ${LINE}`,
      )
      expect(status).toBe(200)
      expect(message?.onlyFor).toBe(bot.slack.person('oncall').id)
      expect(interpreted(message?.blocks ?? []).join('\n')).not.toContain('<!')
      expect(message?.text).not.toContain('<!')
    }
  })

  it('shows many owners with hostile names, without calling anybody', async () => {
    const bot = await openBot()
    const name = '<!channel> `*_'.repeat(30)
    const owner = {
      trace: '10.0.0.1',
      cluster: { id: 'c-a', name, state: name, internal: false },
      as: { kind: 'node' as const, name },
    }
    const hostile: Answer = {
      kind: 'owners',
      found: {
        owners: Array.from({ length: 60 }, () => owner),
        unknown: Array.from({ length: 5 }, () => name),
        ownMachine: [],
        unseen: [name, name],
      },
    }
    const { teamId } = bot.slack
    const channelId = bot.slack.channelId('incident-prod')
    const asked = { by: bot.personOf('oncall'), conversation: { teamId, channelId } }
    await bot.producer.answer({ answer: hostile, asked })
    const note = await bot.noteSaying('is node', 'oncall')
    expect(cardText(note).match(/\[Diagnose /g)).toHaveLength(10)
    expect(interpreted(note.blocks).join('\n')).not.toContain('<!')
  })
})
