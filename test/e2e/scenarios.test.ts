import { describe, expect, it } from 'vitest'
import { type Line, playScenario, scenarios } from '../../lab/scenarios/index.ts'

/** Rancher's flap and all windows fifty times faster; nothing is left out. Probes may be slow on a busy machine. */
const QUICK = { timeScale: 0.02, stableFor: '1200ms', probeLimit: '10s' } as const

const assets = process.env.KUBEBUILDER_ASSETS
const kinds = [
  { kind: 'simulated', assetsDirectory: undefined },
  ...(assets ? [{ kind: 'real', assetsDirectory: assets }] : []),
]
if (!assets)
  console.info('KUBEBUILDER_ASSETS is not set: the stories on a real API server are left out')

for (const { kind, assetsDirectory } of kinds) {
  describe.concurrent(`on a ${kind} API server`, () => {
    for (const scenario of scenarios) {
      it(`${scenario.name}: ${scenario.title}`, { timeout: 90_000 }, async () => {
        const { asExpected, ...played } = await playScenario(
          scenario,
          { ...QUICK, assetsDirectory },
          () => undefined,
        )
        expect({ ...played, asExpected }).toMatchObject({ ...scenario.ends, asExpected: true })
      })
    }
  })
}

describe('a scenario', () => {
  it('gives the same transcript for the same seed, but for times', {
    timeout: 90_000,
  }, async () => {
    const [scenario] = scenarios
    if (!scenario) throw new Error('there are no scenarios')
    const [first, second] = await Promise.all([linesOf(), linesOf()])
    expect(second).toEqual(first)

    async function linesOf() {
      const lines: Line[] = []
      if (scenario) await playScenario(scenario, { ...QUICK, seed: 7 }, (line) => lines.push(line))
      return lines.map(({ at: _at, ...rest }) => rest)
    }
  })
})
