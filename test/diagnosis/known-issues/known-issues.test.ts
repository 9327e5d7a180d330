import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  findCauses,
  findNotes,
  knownIssues,
  type Observations,
  seenIssues,
} from '../../../src/diagnosis/index.ts'
import { observationsOf, readScene } from './scene.ts'

/** `35151` of `rancher/rancher#35151`, `harvester-9199` of an issue of another repository. */
function folderOf(issue: string): string {
  const [repository = '', number = ''] = issue.split('#')
  const owner = repository.split('/')[1]
  return owner === 'rancher' ? number : `${owner}-${number}`
}

function issuesIn(observations: Observations): readonly string[] {
  const [cause] = findCauses(observations)
  const isConnected = cause.id === 'nothing-wrong'
  return seenIssues(observations, { isConnected }).map(({ issue }) => issue)
}

describe('known issues', () => {
  it('have two scenes each, and there is no scene without an issue', () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    expect(folders.toSorted()).toEqual(knownIssues.map(({ issue }) => folderOf(issue)).toSorted())
    for (const folder of folders) {
      const files = readdirSync(new URL(`${folder}/`, import.meta.url))
      expect(files.toSorted()).toEqual(['fires.json', 'silent.json'])
    }
  })

  it('are each there once', () => {
    const issues = knownIssues.map(({ issue }) => issue)
    expect(issues).toEqual([...new Set(issues)])
    for (const issue of issues) expect(issue).toMatch(/^[a-z]+\/[a-z]+#\d+$/)
  })
})

describe.each(knownIssues)('$issue', ({ issue, note }) => {
  const fires = readScene(folderOf(issue), 'fires')
  const silent = readScene(folderOf(issue), 'silent')

  it('is named where its symptom is', () => {
    expect(issuesIn(observationsOf(fires))).toContain(issue)
  })

  it(`is silent where ${silent.because}`, () => {
    expect(silent.because).toBeDefined()
    expect(silent.version).toBe(fires.version)
    expect(issuesIn(observationsOf(silent))).not.toContain(issue)
  })

  it('is silent while nothing can be seen but the version', () => {
    const failure = observationsOf({ version: fires.version, ping: 'rancher.unreachable' }).ping
    if (failure.ok) throw new Error('that ping fails')
    const blind: Observations = {
      ...observationsOf(fires),
      record: failure,
      settings: failure,
      registrations: failure,
      certificate: failure,
      certificateForAgents: failure,
      apiServer: failure,
      agents: failure,
    }
    expect(issuesIn(blind)).toEqual([])
  })

  it('is one sentence for the card, which says what to do', () => {
    expect(note).toMatch(/^[^.].*[^.]$/)
    expect(note.length).toBeLessThan(260)
  })
})

it.each(knownIssues.filter(({ versions }) => versions !== null))(
  '$issue is silent in versions that do not have it, and where the version has no name',
  ({ issue, versions }) => {
    const fires = readScene(folderOf(issue), 'fires')
    for (const version of ['dev', '', 'v2.0.99', ...justOutside(versions ?? [])]) {
      expect(issuesIn(observationsOf(fires, version)), version).not.toContain(issue)
    }
  },
)

/** One patch before and after each range; after an open one there is nothing. */
function justOutside(ranges: readonly string[]): readonly string[] {
  const isInside = (version: string) =>
    ranges.some((range) => {
      const [from = '', to = from] = range.split('..')
      const line = (text: string) => text.split('.').slice(0, 2).join('.')
      return to !== '' && (line(from) === line(version) || line(to) === line(version))
    })
  return ranges.flatMap((range) => {
    const [from = '', to = from] = range.split('..')
    const [major = 2, minor = 0, patch] = from.split('.').map(Number)
    const [, lastMinor = 0, lastPatch] = to.split('.').map(Number)
    const before = patch ? `v2.${minor}.${patch - 1}` : `v${major}.${minor - 1}.99`
    if (to === '') return [before]
    const after =
      lastPatch === undefined ? `v2.${lastMinor + 1}.0` : `v2.${lastMinor}.${lastPatch + 1}`
    const byLine = [before, after].filter((version) => patch !== undefined || !isInside(version))
    return byLine
  })
}

describe('on the card', () => {
  it('at most two are named, those bound to the fewest versions first', () => {
    const scene = readScene('35151', 'fires')
    const flapping = observationsOf({
      ...scene,
      version: 'v2.6.3',
      settings: { serverUrl: 'https://rancher.new.example.com' },
    })
    expect(issuesIn(flapping)).toEqual(['rancher/rancher#35151', 'rancher/rancher#14731'])
    const notes = findNotes(flapping, findCauses(flapping))
    const named = notes.filter((note) => note.startsWith('known issue '))
    expect(named[0]).toMatch(/^known issue rancher\/rancher#35151: a second apply/)
    expect(named.length).toBeLessThanOrEqual(2)
  })

  it('nothing is named for failures in the log that are over', () => {
    const refused = readScene('18831', 'fires')
    const again = 'time="x" level=info msg="Connecting to proxy" url="wss://rancher.example.com"'
    const active = observationsOf({
      ...refused,
      clusterAgent: { logLines: [...(refused.clusterAgent?.logLines ?? []), again] },
      record: {
        state: 'active',
        transitioning: 'no',
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: '',
            message: '',
            lastUpdateTime: '2026-11-22T21:00:00Z',
          },
        ],
      },
    })
    expect(findNotes(active, findCauses(active))).toEqual([])
  })
})
