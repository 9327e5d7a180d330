import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/queue/index.ts'
import { Failure } from '../../src/recovery/index.ts'
import { stranger } from '../recovery/history.ts'
import { commandLine } from './support/command-line.ts'

const LINE =
  'http: TLS handshake error from 192.168.51.201:56744: remote error: tls: bad certificate'

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
    unknown: ['203.0.113.9'],
    ownMachine: [],
    unseen: [],
  },
}

describe('reagent explain', () => {
  it('says what the line means, what it does not prove, and whose address it is', async () => {
    const line = commandLine({ answer: found })
    expect(await line.run('explain', LINE)).toBe(0)
    expect(line.stdout).toContain(`Line    ${LINE}\nMeans   Whoever connected from 192.168.51.201`)
    expect(line.stdout).toContain('But     does not prove: Who it was.')
    expect(line.stdout).toContain(
      'Owner   192.168.51.201 is node w1 of cluster myk8s (unavailable)',
    )
    expect(line.stdout).toContain('reagent diagnose myk8s')
    expect(line.stdout).toContain('203.0.113.9: Rancher does not know a node with that address')
    expect(line.terminal.closed).toBe(true)
  })

  it('takes a line without quotation marks, words that look like options included', async () => {
    const line = commandLine({ answer: found })
    const words = 'Configured cacerts checksum (aa) does not match given --ca-checksum (bb)'.split(
      ' ',
    )
    expect(await line.run('explain', ...words)).toBe(0)
    expect(line.stdout).toContain('trust the authority with checksum bb')
    expect(line.stdout).toContain('then `reagent reconnect CLUSTER`')
  })

  it('asks for the line where none is given', async () => {
    const line = commandLine({ answer: found, isTTY: true, answers: [LINE] })
    expect(await line.run('explain')).toBe(0)
    expect(line.questions).toEqual(['Paste the line: '])
    expect(line.stdout).toContain('refused Rancher’s certificate')
    const nobody = commandLine()
    expect(await nobody.run('explain')).toBe(2)
  })

  it('gives one JSON object', async () => {
    const line = commandLine({ answer: found })
    expect(await line.run('explain', LINE, '--json')).toBe(0)
    expect(line.json()).toMatchObject([
      {
        explanation: {
          lines: [{ id: 'peer-refused-certificate', confidence: 'certain', cause: 'ca-changed' }],
          traces: { addresses: ['192.168.51.201'] },
          secrets: [],
        },
        owners: { owners: [{ cluster: { name: 'myk8s' }, as: { kind: 'node', name: 'w1' } }] },
      },
    ])
  })

  it('says what the line means also where nothing is configured and nobody can be asked', async () => {
    const openTerminal = () =>
      Promise.reject(new Failure('config.invalid', { problems: '- RANCHER_URL: is required' }))
    const line = commandLine({ parts: { openTerminal } })
    expect(await line.run('explain', LINE)).toBe(0)
    expect(line.stdout).toContain('refused Rancher’s certificate')
    expect(line.stdout).toContain('Owner   could not be looked up: ')
    const asJson = commandLine({ parts: { openTerminal } })
    expect(await asJson.run('explain', LINE, '--json')).toBe(0)
    expect(asJson.json()).toMatchObject([{ owners: null, notLookedUp: { code: 'config.invalid' } }])
  })

  it('says why the worker could not look it up', async () => {
    const answer = { kind: 'failure', message: 'No connection.', nextStep: 'Check it.' } as const
    const line = commandLine({ answer })
    expect(await line.run('explain', LINE)).toBe(0)
    expect(line.stdout).toContain('Owner   could not be looked up: No connection.')
  })

  it('never repeats a token, and warns of it', async () => {
    const token = 'gdcllf4h2hggbw7b5f4jfw8bxsd4kxvlswhqj4gczdc9dlcmd8m6kr'
    const line = commandLine()
    await line.run('explain', `Connecting to wss://r/v3/connect with token ${token}`)
    expect(line.stdout).toContain('Careful the line holds a cluster registration token')
    expect(line.stdout + line.stderr).not.toContain(token)
  })

  it('tells nothing to somebody without any right', async () => {
    const line = commandLine({ answer: found, person: stranger })
    expect(await line.run('explain', LINE)).toBe(4)
    expect(line.stdout).toBe('')
  })
})
