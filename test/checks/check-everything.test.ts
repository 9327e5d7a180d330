import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { configurationProblems } from '../../src/checks/index.ts'
import { type Lab, linesOf, remarks, said, startLab } from './support/lab.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab()
})
afterEach(() => lab.rancher.hang(null))
afterAll(() => lab.close())

describe('reagent check', () => {
  it('finds everything well where it is, always in the same order, and changes nothing', async () => {
    const lines = await linesOf(lab.parts)
    expect(remarks(lines)).toEqual([])
    expect(lines.every(({ status }) => status === 'ok')).toBe(true)
    expect(lines.map(({ what }) => what)).toEqual([
      'Configuration',
      'Data directory',
      'Signing key',
      'Redis',
      'Redis memory',
      'Redis persistence',
      'Redis permissions',
      'Rancher address',
      'Rancher token',
      'Rancher rights',
      'Rancher version',
      'Rancher server-url',
      'Rancher certificate',
      'Cluster myk8s',
      'Cluster myk8s: identity',
      'Cluster myk8s: other sources',
      'Cluster myk8s: credential',
      'Cluster myk8s: rights',
      'Other clusters',
      'Slack token',
      'Slack scopes',
      'Slack clock',
      'Slack signing secret',
      'Policy',
      'Policy people',
    ])
    expect(lab.cluster.writes).toEqual([])
    expect(lab.rancher.requests.every(({ method }) => method === 'GET')).toBe(true)
  })

  it('never shows a secret', async () => {
    const text = JSON.stringify(await linesOf(lab.parts))
    const { slack, rancher } = lab
    for (const secret of [slack.botToken, slack.signingSecret, rancher.apiToken]) {
      expect(text).not.toContain(secret)
    }
  })

  it('leaves out what a role does not have', async () => {
    const parts = { ...lab.parts, rancher: null, clusters: new Map(), role: 'bot' as const }
    const whats = (await linesOf(parts)).map(({ what }) => what)
    expect(whats.filter((what) => /^(Rancher|Cluster|Other)/.test(what))).toEqual([])
    expect(whats).toContain('Slack token')
  })

  it('says that Reagent works at the terminal only where no bot token is set', async () => {
    const lines = await linesOf({ ...lab.parts, slack: null, role: 'terminal' })
    expect(remarks(lines)).toEqual(['! Slack'])
    expect(said(lines, 'Slack')).toContain('SLACK_BOT_TOKEN is not set')
  })

  it('limits itself to Rancher and the kubeconfig of the cluster that it is asked about', async () => {
    const lines = await linesOf(lab.parts, 'myk8s')
    expect(lines.map(({ what }) => what.split(' ')[0])).toEqual([
      'Configuration',
      ...Array<string>(6).fill('Rancher'),
      ...Array<string>(8).fill('Cluster'),
    ])
    const unknown = await linesOf(lab.parts, 'myk9s')
    expect(remarks(unknown)).toEqual(['✗ Cluster myk9s'])
    expect(said(unknown, 'Cluster myk9s')).toContain('or ask about myk8s')
  })

  it('waits for nothing longer than its limit, and tells everything else meanwhile', async () => {
    lab.rancher.hang('/v3')
    const redis = { kind: 'running', inspect: () => new Promise<never>(() => undefined) } as const
    const startedAt = performance.now()
    const lines = await linesOf({ ...lab.parts, redis, limitMs: 700 })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(remarks(lines)).toEqual(['✗ Redis', '✗ Rancher token'])
    expect(said(lines, 'Redis')).toContain('no answer within 0.7 s')
    expect(lines.find(({ what }) => what === 'Policy people')?.status).toBe('ok')
    expect(lines.find(({ what }) => what === 'Rancher version')).toEqual({
      what: 'Rancher version',
      status: 'skipped',
      detail: 'not tested yet: mend "Rancher token" first',
    })
  })

  it('gives a line for each problem of the configuration, with its path and what to do', () => {
    const lines = configurationProblems([
      'RANCHER_TOKEN: is required: an API key without a cluster scope',
      'proof.stableFor: expected a number with a unit',
    ])
    expect(remarks(lines)).toEqual(['✗ Configuration', '✗ Configuration'])
    expect(lines[0]?.nextStep).toContain('Set RANCHER_TOKEN in the environment')
    expect(lines[1]?.nextStep).toContain('reagent.yaml')
  })
})
