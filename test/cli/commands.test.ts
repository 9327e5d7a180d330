import { describe, expect, it } from 'vitest'
import type { CheckLine, CliParts } from '../../src/cli/index.ts'
import type { Answer } from '../../src/queue/index.ts'
import { Failure } from '../../src/recovery/index.ts'
import { diagnosis, minute, oncall, stranger } from '../recovery/history.ts'
import { commandLine } from './support/command-line.ts'
import { toPlan } from './support/terminal.ts'

const clusters: Answer = {
  kind: 'clusters',
  clusters: [
    {
      id: 'c-sxlbv',
      name: 'myk8s',
      state: 'unavailable',
      message: 'Cluster agent is not connected',
      since: minute(0),
      openRun: 'r-1',
    },
    { id: 'c-2', name: 'other', state: 'active', message: '', since: null, openRun: null },
  ],
}

const toDiagnosis = [
  ...toPlan.slice(0, 2),
  { type: 'conclude', reason: 'Apply the agent manifest again.' },
] as const

describe('reagent clusters and status', () => {
  it('lists what Rancher sees in aligned columns', async () => {
    const line = commandLine({ answer: clusters })
    expect(await line.run('clusters')).toBe(0)
    expect(line.stdout.split('\n').slice(0, 3)).toEqual([
      'CLUSTER  ID       STATE        SINCE           RUN  MESSAGE',
      'myk8s    c-sxlbv  unavailable  2 min 00 s ago  r-1  Cluster agent is not connected',
      'other    c-2      active       -               -',
    ])
  })

  it('names only what needs attention without a cluster', async () => {
    const line = commandLine({ answer: clusters })
    expect(await line.run('status')).toBe(0)
    expect(line.stdout).toContain('1 of 2 clusters need attention.')
    expect(line.stdout).not.toContain('other')
  })

  it('gives one JSON object', async () => {
    const line = commandLine({ answer: clusters })
    expect(await line.run('clusters', '--json')).toBe(0)
    expect(line.json()).toEqual([{ clusters: clusters.clusters }])
    const status = commandLine({ answer: clusters })
    await status.run('status', '--json')
    expect(status.json()).toMatchObject([{ total: 2, clusters: [{ name: 'myk8s' }] }])
  })

  it('passes on why Rancher could not be asked, and what to do', async () => {
    const answer = { kind: 'failure', message: 'No connection.', nextStep: 'Check it.' } as const
    const line = commandLine({ answer })
    expect(await line.run('status', 'myk8s', '--json')).toBe(8)
    expect(line.json()).toEqual([
      { error: { code: 'question.unanswered', message: 'No connection.', nextStep: 'Check it.' } },
    ])
  })

  it('tells nothing to somebody without any right', async () => {
    for (const command of ['clusters', 'status', 'runs', 'manifest myk8s', 'diagnose myk8s']) {
      const line = commandLine({ answer: clusters, person: stranger })
      expect(await line.run(...command.split(' '))).toBe(4)
      expect(line.stdout).toBe('')
    }
  })
})

describe('reagent diagnose', () => {
  it('says cause, confidence and what to do', async () => {
    const line = commandLine({ steps: toDiagnosis })
    expect(await line.run('diagnose', 'myk8s')).toBe(0)
    expect(line.stdout).toMatch(/lost by Rancher since 2026-11-2\d [\d:]+ \(2 min 00 s ago\)/)
    expect(line.stdout).toContain(
      'Cause   the agents pin another CA (certain)\nDo      re-apply\nUnless  the checksums are the same',
    )
  })

  it('gives one JSON object with the whole diagnosis', async () => {
    const line = commandLine({ steps: toDiagnosis })
    expect(await line.run('diagnose', 'myk8s', '--json')).toBe(0)
    expect(line.json()).toMatchObject([{ run: { goal: 'diagnose', over: true, diagnosis } }])
  })

  it('ends with 5 for a misspelt cluster, and names the nearest', async () => {
    const failure = new Failure('rancher.cluster-not-found', { cluster: 'mk8s', nearest: 'myk8s' })
    const line = commandLine({
      steps: [{ type: 'begin-diagnosis' }, { type: 'fail', job: 'diagnose', failure }],
    })
    expect(await line.run('diagnose', 'mk8s')).toBe(5)
    expect(line.stdout).toContain('Did you mean myk8s?')
  })
})

describe('reagent runs and cancel', () => {
  it('lists runs and cancels one that waits', async () => {
    const line = commandLine({ steps: toPlan, isTTY: true, answers: ['ctrl-C'] })
    await line.run('reconnect', 'myk8s')
    expect(await line.run('runs')).toBe(0)
    expect(line.stdout).toMatch(/r-1 +myk8s +reconnect +0 s ago +local\/root +plan \w{8} waits/)
    expect(await line.run('cancel', 'r-1')).toBe(0)
    expect(line.stdout).toContain('Run r-1 for myk8s is cancelled.')
    expect(await line.run('cancel', 'r-1')).toBe(8)
    expect(await line.run('cancel', 'r-2')).toBe(5)
    expect(line.stderr).toContain('`reagent runs` shows the latest runs with their ids.')
  })

  it('gives runs as one JSON object', async () => {
    const line = commandLine({ steps: toDiagnosis })
    await line.run('diagnose', 'myk8s')
    const asJson = commandLine({ parts: { openTerminal: async () => line.terminal } })
    expect(await asJson.run('runs', '--limit', '5', '--json')).toBe(0)
    expect(asJson.json()).toMatchObject([{ runs: [{ id: 'r-1', state: 'no-action' }] }])
  })
})

describe('reagent check', () => {
  const lines: CheckLine[] = [
    { what: 'Redis', status: 'ok', detail: 'version 7.0.15' },
    { what: 'Rancher token', status: 'warning', detail: 'ends soon', nextStep: 'Renew it.' },
    { what: 'Slack token', status: 'failed', detail: 'invalid_auth', nextStep: 'Set it.' },
    { what: 'Slack scopes', status: 'skipped', detail: 'not tested' },
  ]
  const check: CliParts['check'] = async function* () {
    yield* lines
  }

  it('says for each line whether it is fine, and ends with 3 when one is not', async () => {
    const line = commandLine({ parts: { check } })
    expect(await line.run('check')).toBe(3)
    expect(line.stdout).toBe(
      [
        '✓ Redis: version 7.0.15',
        '! Rancher token: ends soon',
        '    Renew it.',
        '✗ Slack token: invalid_auth',
        '    Set it.',
        '– Slack scopes: not tested',
        '',
        '1 of 4 failed, 1 wants a look (!), 1 could not be tested yet.\n',
      ].join('\n'),
    )
  })

  it('ends with 0 when nothing failed, also where something wants a look', async () => {
    for (const some of [lines.slice(0, 1), lines.slice(0, 2)]) {
      const line = commandLine({
        parts: {
          check: async function* () {
            yield* some
          },
        },
      })
      expect(await line.run('check')).toBe(0)
    }
  })

  it('passes on the cluster and the role that it is asked about, and documents its exit codes', async () => {
    const asked: unknown[] = []
    const noting: CliParts['check'] = async function* (question) {
      asked.push(question)
      yield* lines.slice(0, 1)
    }
    const line = commandLine({ parts: { check: noting } })
    await line.run('check')
    await line.run('check', 'myk8s', '--role', 'worker')
    expect(asked).toEqual([
      { cluster: null, role: null },
      { cluster: 'myk8s', role: 'worker' },
    ])
    expect(await line.run('check', '--help')).toBe(0)
    expect(line.stdout).toMatch(/Exit codes:\n +0 .*\n +3 .*\n +130 /)
  })

  it('gives one JSON object', async () => {
    const line = commandLine({ parts: { check } })
    expect(await line.run('check', '--json')).toBe(3)
    expect(line.json()).toEqual([{ ok: false, checks: lines }])
  })
})

describe('the command line', () => {
  it('starts the role that it is told, and all by default', async () => {
    const roles: string[] = []
    const start: CliParts['start'] = async (role) => void roles.push(role)
    await commandLine({ parts: { start } }).run('start')
    await commandLine({ parts: { start } }).run('start', '--role', 'worker')
    expect(await commandLine({ parts: { start } }).run('start', '--role', 'king')).toBe(2)
    expect(roles).toEqual(['all', 'worker'])
  })

  it('suggests the nearest command for a misspelt one', async () => {
    const line = commandLine()
    expect(await line.run('recconect', 'myk8s')).toBe(2)
    expect(line.stderr).toContain('Did you mean reconnect?')
    const asJson = commandLine()
    expect(await asJson.run('recconect', 'myk8s', '--json')).toBe(2)
    expect(asJson.json()).toMatchObject([{ error: { code: 'usage.invalid' } }])
    expect(asJson.stdout).toContain('Did you mean reconnect?')
    expect(asJson.stderr).toBe('')
  })

  it('prints its version, and help with every exit code', async () => {
    const line = commandLine()
    expect(await line.run('--version')).toBe(0)
    expect(line.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(await line.run('--help')).toBe(0)
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 130]) {
      expect(line.stdout).toMatch(new RegExp(`^ +${code}  \\w`, 'm'))
    }
  })

  it('offers --json on every command', async () => {
    const commands =
      'reconnect diagnose clusters status runs cancel manifest kubeconfig apply start check init'
    for (const command of commands.split(' ')) {
      const line = commandLine()
      expect(await line.run(command, '--help')).toBe(0)
      expect(line.stdout).toContain('--json')
    }
  })

  it('lists every problem of a configuration on a line of its own', async () => {
    const openTerminal = async () => {
      throw new Failure('config.invalid', { problems: '- RANCHER_URL: missing\n- PORT: wrong' })
    }
    const line = commandLine({ parts: { openTerminal } })
    expect(await line.run('clusters')).toBe(3)
    expect(line.stderr).toContain('\n- RANCHER_URL: missing\n- PORT: wrong\n')
  })

  it('ends with 1 and the cause when something unexpected happens', async () => {
    const openTerminal = async () => {
      throw new TypeError('no such thing')
    }
    const line = commandLine({ parts: { openTerminal } })
    expect(await line.run('clusters')).toBe(1)
    expect(line.stderr).toContain('(TypeError: no such thing)')
  })

  it('removes control characters from what Rancher and people say', async () => {
    const message = 'lost\u001b]0;title\u0007\u001b[2J\r\nForged line\u202e\u009b31m'
    const answer: Answer = {
      kind: 'clusters',
      clusters: [
        { id: 'c-1', name: '\u001b[31mred', state: 'gone', message, since: null, openRun: null },
      ],
    }
    const line = commandLine({ answer })
    await line.run('clusters')
    await line.run('status', 'red')
    expect(line.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(line.stdout).not.toMatch(/^Forged/m)
    const asJson = commandLine({ answer })
    await asJson.run('clusters', '--json')
    expect(asJson.stdout.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(asJson.json()).toEqual([{ clusters: answer.clusters }])
  })

  it('works the same for a requester who is no approver', async () => {
    const line = commandLine({ answer: clusters, person: oncall })
    expect(await line.run('status', 'myk8s')).toBe(0)
  })
})
