// Measures the figures of the design. usage: npm run -s bench -- [--json] [--only acknowledge|approve|process|page|installation|diagnosis] [--readme]
// For diagnosis: [--cases N] [--seed N], else every case of seed 1.
// --readme puts what was measured into the README.
import { parseArgs } from 'node:util'
import { measureAcknowledgement } from './acknowledge.ts'
import { measureApproval } from './approve.ts'
import { type Figure, isReached } from './contract.ts'
import { measureDiagnosis } from './diagnosis/measure.ts'
import { measureInstallation } from './installation.ts'
import { measurePage } from './page.ts'
import { measureProcess } from './process.ts'
import { writeFigures } from './readme.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    cases: { type: 'string' },
    seed: { type: 'string', default: '1' },
    readme: { type: 'boolean', default: false },
  },
})

const BENCHMARKS: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  acknowledge: async () => [await measureAcknowledgement()],
  approve: () => measureApproval(process.env.KUBEBUILDER_ASSETS),
  process: measureProcess,
  page: measurePage,
  installation: measureInstallation,
  diagnosis: () =>
    measureDiagnosis({
      seed: Number(values.seed),
      ...(values.cases !== undefined && { count: Number(values.cases) }),
    }),
}

const figures: Figure[] = []
for (const [name, measure] of Object.entries(BENCHMARKS)) {
  if (values.only !== undefined && values.only !== name) continue
  process.stderr.write(`measuring ${name} …\n`)
  figures.push(...(await measure()))
}
if (values.readme) writeFigures(figures, new Date())
if (values.json) process.stdout.write(`${JSON.stringify({ figures: figures.map(rounded) })}\n`)
else for (const figure of figures) process.stdout.write(`${describe(figure)}\n`)

function rounded(figure: Figure): unknown {
  return JSON.parse(
    JSON.stringify(figure, (_key, value: unknown) =>
      typeof value === 'number' ? Math.round(value * 100) / 100 : value,
    ),
  )
}

function describe(figure: Figure): string {
  const { name, value, unit, ratio, peer, goal, floor, misses = [] } = figure
  const beside =
    peer && ratio ? ` = ${ratio.toFixed(2)} × ${peer.name} (${peer.value.toFixed(1)} ${unit})` : ''
  const least = floor ? `, floor ${floor.value.toFixed(1)} ${unit} (${floor.name})` : ''
  const limit = 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`
  const aim = `goal ${limit}${goal.of === 'ratio' ? ' ×' : ` ${unit}`}`
  const line = `${isReached(figure) ? '✓' : '✗'} ${name}: ${value.toFixed(1)} ${unit}${beside}${least}, ${aim}`
  return [line, ...misses.map((miss) => `    ${miss}`)].join('\n')
}
