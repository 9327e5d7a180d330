import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/observe/index.ts'
import {
  inspectionOf,
  type Lab,
  linesOf,
  remarks,
  said,
  startLab,
  startOtherSlack,
} from './support/lab.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab()
})
afterEach(() => {
  lab.slack.shiftClock(0)
  lab.slack.changePerson('lead', { deleted: false, isRestricted: false })
  lab.slack.delay('*', 0)
})
afterAll(() => lab.close())

/** Only what concerns Slack and people. */
async function check(change: Partial<Lab['parts']> = {}) {
  return linesOf({ ...lab.parts, rancher: null, clusters: new Map(), ...change })
}

describe('reagent check of Slack', () => {
  it('names a token that Slack does not accept, and where to find the right one', async () => {
    const { slack } = lab.parts
    const inspection = inspectionOf(lab.slack, 'xoxb-of-somebody-else')
    const lines = await check({ slack: slack && { ...slack, inspection } })
    expect(remarks(lines)).toEqual(['✗ Slack token'])
    expect(said(lines, 'Slack token')).toMatch(/invalid_auth → .*Bot User OAuth Token/)
    expect(lines.find(({ what }) => what === 'Policy people')?.status).toBe('skipped')
  })

  it('names the token’s workspace when it is not the configured one', async () => {
    const { slack } = lab.parts
    const lines = await check({ slack: slack && { ...slack, teamId: 'T999' } })
    expect(remarks(lines)).toEqual(['✗ Slack token'])
    expect(said(lines, 'Slack token')).toMatch(/belongs to .*T0LAB00001.*slack.team is T999/)
  })

  it('says of each scope that is missing what it is for, and which are granted for nothing', async () => {
    const less = await startOtherSlack({ scopes: ['chat:write', 'users:read'] })
    const lacking = await check({ slack: less.socket })
    await less.slack.close()
    expect(remarks(lacking)).toEqual(['✗ Slack scopes'])
    expect(said(lacking, 'Slack scopes')).toMatch(
      /lacks commands \(the command \/rancher\) → .*Reinstall/,
    )

    const more = await startOtherSlack({
      scopes: ['commands', 'chat:write', 'users:read', 'files:write'],
    })
    const needless = await check({ slack: more.socket })
    await more.slack.close()
    expect(remarks(needless)).toEqual(['! Slack scopes'])
    expect(said(needless, 'Slack scopes')).toContain('besides files:write')
  })

  it('asks for a Socket Mode address and opens no socket', async () => {
    const { slack, socket } = await startOtherSlack({})
    const lines = await check({ slack: socket })
    expect(slack.sockets()).toBe(0)
    await slack.close()
    expect(remarks(lines)).toEqual([])
    expect(said(lines, 'Slack Socket Mode')).toContain('accepted')
  })

  it('names an app-level token that may not connect', async () => {
    const { slack, socket } = await startOtherSlack({ appScopes: ['authorizations:read'] })
    const lines = await check({ slack: socket })
    await slack.close()
    expect(remarks(lines)).toEqual(['✗ Slack Socket Mode'])
    expect(said(lines, 'Slack Socket Mode')).toMatch(/missing_scope → .*connections:write/)
  })

  it('tests the form of the signing secret, and says how to test the rest', async () => {
    expect(said(await check(), 'Slack signing secret')).toContain('type /rancher help there')
    const { slack } = lab.parts
    const connection = { kind: 'http', signingSecret: new Secret('xoxb-wrong') } as const
    const lines = await check({ slack: slack && { ...slack, connection } })
    expect(remarks(lines)).toEqual(['✗ Slack signing secret'])
    expect(JSON.stringify(lines)).not.toContain('xoxb-wrong')
  })

  it('compares the clock with Slack’s', async () => {
    lab.slack.shiftClock(120_000)
    const little = await check()
    expect(remarks(little)).toEqual(['! Slack clock'])
    expect(said(little, 'Slack clock')).toMatch(/1[12]\d s behind Slack’s/)
    lab.slack.shiftClock(-400_000)
    const much = await check()
    expect(remarks(much)).toEqual(['✗ Slack clock'])
    expect(said(much, 'Slack clock')).toMatch(/ahead of Slack’s: every command would be refused/)
  })

  it('costs its limit, and no more, when Slack hangs or is not there', async () => {
    lab.slack.delay('*', 3_000)
    expect(remarks(await check({ limitMs: 400 }))).toEqual(['✗ Slack token'])
    lab.slack.delay('*', 0)
    await lab.slack.goDown()
    const lines = await check()
    await lab.slack.comeBack()
    expect(remarks(lines)).toEqual(['✗ Slack token'])
    expect(said(lines, 'Slack token')).toMatch(/No connection to Slack at 127\.0\.0\.1/)
  })
})

describe('reagent check of the policy', () => {
  const none = new Set<string>()
  const person = (name: string) => `${lab.slack.teamId}/${lab.slack.person(name).id}`

  it('wants somebody who may approve what somebody else may ask for', async () => {
    const only = new Set([person('lead')])
    const wrong = [
      { request: only, approve: none, approveAlone: none },
      { request: only, approve: only, approveAlone: none },
    ]
    for (const policy of wrong) expect(remarks(await check({ policy }))).toEqual(['✗ Policy'])
    const alone = { request: none, approve: none, approveAlone: new Set(['local/root']) }
    expect(remarks(await check({ policy: alone, slack: null }))).toEqual([])
  })

  it('warns where nobody in Slack may approve, or somebody there may approve alone', async () => {
    const terminal = {
      request: new Set([person('oncall')]),
      approve: none,
      approveAlone: new Set(['local/root']),
    }
    expect(remarks(await check({ policy: terminal }))).toEqual(['! Policy'])
    const alone = { ...terminal, approveAlone: new Set([person('lead')]) }
    const lines = await check({ policy: alone })
    expect(remarks(lines)).toEqual(['! Policy'])
    expect(said(lines, 'Policy')).toContain('local/ACCOUNT')
  })

  it('names a listed user whom Slack does not know', async () => {
    const approve = new Set([person('lead'), `${lab.slack.teamId}/U0NOBODY`])
    const lines = await check({ policy: { ...lab.parts.policy, approve } })
    expect(remarks(lines)).toEqual(['✗ Policy people'])
    expect(said(lines, 'Policy people')).toMatch(/no user U0NOBODY .*Copy member ID/)
  })

  it('names approvers who would be refused, and fails where nobody else is left', async () => {
    const approve = new Set([person('lead'), person('guest')])
    const some = await check({ policy: { ...lab.parts.policy, approve } })
    expect(remarks(some)).toEqual(['! Policy people'])
    expect(said(some, 'Policy people')).toMatch(/^guest \(U\w+\) is a guest: refused when/)
    lab.slack.changePerson('lead', { deleted: true })
    const nobody = await check({ policy: { ...lab.parts.policy, approve } })
    expect(remarks(nobody)).toEqual(['✗ Policy people'])
    expect(said(nobody, 'Policy people')).toMatch(/lead \(U\w+\) is deactivated/)
  })

  it('does not mind guests who may only ask', async () => {
    const request = new Set([person('guest')])
    expect(remarks(await check({ policy: { ...lab.parts.policy, request } }))).toEqual([])
  })
})
