import { describe, expect, it } from 'vitest'
import { type Line, playScenario, type Scenario, scenarios } from '../../lab/scenarios/index.ts'
import type { WorldOptions } from '../../lab/world/index.ts'

/** Rancher's flap and all windows fifty times faster; nothing is left out. Probes may be slow on a busy machine. */
const QUICK = { timeScale: 0.02, stableFor: '1200ms', probeLimit: '10s' } as const

const assetsDirectory = process.env.KUBEBUILDER_ASSETS
if (!assetsDirectory)
  console.info('KUBEBUILDER_ASSETS is not set: the stories on a real API server are left out')

describe.concurrent('the scenario', () => {
  for (const scenario of scenarios) {
    it(`${scenario.name}: ${scenario.title}`, { timeout: 90_000 }, async () => {
      const { played, lines } = await play(scenario, {})
      expect(played).toMatchObject({ ...scenario.ends, asExpected: true })
      if (!assetsDirectory) return
      const real = await play(scenario, { assetsDirectory })
      expect(real.played).toMatchObject({ ...scenario.ends, asExpected: true })
      expect(real.lines, 'on a real API server').toEqual(lines)
    })
  }
})

describe('the core story', () => {
  const story = scenarios.find(({ name }) => name === 'ca-rotated')
  const kinds = [
    ['the API server of Rancher 2.1.5', { kubernetesVersion: 'old' }],
    ['Kubernetes 1.14', { kubernetesVersion: '1.14' }],
    ['Kubernetes 1.33', { kubernetesVersion: '1.33' }],
    ...(assetsDirectory
      ? [
          [
            'a real one that behaves as 1.10',
            { kubernetesVersion: 'old', assetsDirectory },
          ] as const,
        ]
      : []),
  ] as const
  it.each(kinds)('has the same end on %s', { timeout: 90_000 }, async (_kind, options) => {
    if (!story) throw new Error('there is no scenario ca-rotated')
    const { played } = await play(story, options)
    expect(played).toMatchObject({ ...story.ends, asExpected: true })
  })
})

describe('a scenario', () => {
  it('gives the same transcript for the same seed, but for times', {
    timeout: 90_000,
  }, async () => {
    const [scenario] = scenarios
    if (!scenario) throw new Error('there are no scenarios')
    const [first, second] = await Promise.all([
      play(scenario, { seed: 7 }),
      play(scenario, { seed: 7 }),
    ])
    expect(second.lines).toEqual(first.lines)
  })
})

async function play(scenario: Scenario, options: WorldOptions) {
  const lines: Line[] = []
  const played = await playScenario(scenario, { ...QUICK, ...options }, (line) => lines.push(line))
  return { played, lines: lines.map(({ at: _at, ...rest }) => rest) }
}
