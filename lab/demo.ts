// The demo: plays a scenario by itself (--auto), or opens a world with a web page to try Reagent in.
import { parseArgs } from 'node:util'
import { openLab } from './page/index.ts'
import { type Line, playScenario, type Scenario, scenarios } from './scenarios/index.ts'
import { CLUSTER_NAME } from './world/index.ts'

const { values } = parseArgs({
  options: {
    auto: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    scenario: { type: 'string', default: 'ca-rotated' },
    seed: { type: 'string', default: '1' },
    port: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
})

const HELP = `usage: npm run demo -- [--auto] [--json] [--list] [--scenario NAME] [--seed N] [--port N]

  without --auto   opens a lab with a web page: a Slack channel in which you type commands and press buttons
  --port           of that page; any free one unless given
  --auto           plays the scenario by itself; exit code 0 only when it ended as it should
  --json           JSON lines on stdout, the last one the result
  --list           names the scenarios

KUBEBUILDER_ASSETS, when set, gives the lab's cluster a real kube-apiserver.
`

const options = { seed: Number(values.seed), assetsDirectory: process.env.KUBEBUILDER_ASSETS }

if (values.help) process.stdout.write(HELP)
else if (values.list) list()
else if (values.auto) await play(find(values.scenario))
else await open(portIn(values.port))

function portIn(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  process.stderr.write(`"${text}" is no port: give a number from 0 to 65535.\n`)
  process.exit(2)
}

async function open(port: number): Promise<void> {
  try {
    await openLab({ ...options, port })
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

function list(): void {
  for (const { name, title } of scenarios) {
    process.stdout.write(
      values.json ? `${JSON.stringify({ name, title })}\n` : `${name.padEnd(24)}${title}\n`,
    )
  }
}

function find(name: string): Scenario {
  const scenario = scenarios.find((one) => one.name === name)
  if (scenario) return scenario
  process.stderr.write(`There is no scenario "${name}". --list names them.\n`)
  process.exit(2)
}

async function play(scenario: Scenario): Promise<void> {
  const { asExpected, ...result } = await playScenario(scenario, options, print)
  print({ type: 'result', scenario: scenario.name, cluster: CLUSTER_NAME, ...result })
  process.exitCode = asExpected ? 0 : 1
}

function print(line: Line): void {
  process.stdout.write(values.json ? `${JSON.stringify(line)}\n` : `${describe(line)}\n`)
}

/** A line for people: its time and type, then what it says. */
function describe({ type, at, ...rest }: Line): string {
  const facts = Object.entries(rest).map(([key, value]) =>
    key === 'text'
      ? String(value)
      : `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${String(at ?? '')
    .slice(11, 19)
    .padEnd(9)}${type.padEnd(13)}${facts.join('  ')}`
}
