import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startSlack } from '../../lab/slack/index.ts'
import { startReagentProcess } from '../../lab/world/index.ts'
import { type Figure, median } from './contract.ts'

const STARTS = 5
const SETTLE_MS = 5_000

/** From starting `all` with a private Redis on an empty directory until it is ready, and its memory when it has nothing to do. */
export async function measureProcess(): Promise<readonly Figure[]> {
  const slack = await startSlack()
  const startMs: number[] = []
  const residentMiB: number[] = []
  for (let number = 0; number < STARTS; number += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'reagent-bench-'))
    const config = join(folder, 'reagent.yaml')
    await writeFile(config, `slack: { team: ${slack.teamId} }\n`)
    const began = performance.now()
    const reagent = await startReagentProcess('all', {
      REAGENT_CONFIG: config,
      REAGENT_DATA_DIR: join(folder, 'data'),
      RANCHER_URL: 'https://127.0.0.1:9',
      RANCHER_TOKEN: 'token-bench:unused',
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      PORT: '0',
    })
    startMs.push(performance.now() - began)
    await wait(SETTLE_MS)
    residentMiB.push(await residentOf(reagent.pid))
    await reagent.kill('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  }
  await slack.close()
  return [
    {
      name: 'cold start to ready (all, private Redis), median',
      unit: 'ms',
      value: median(startMs),
      goal: { of: 'value', atMost: 1_500 },
      samples: STARTS,
    },
    {
      name: 'memory of the idle process (resident, without Redis), median',
      unit: 'MiB',
      value: median(residentMiB),
      goal: { of: 'value', atMost: 150 },
      samples: STARTS,
    },
  ]
}

async function residentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kibibytes = /VmRSS:\s+(\d+) kB/.exec(status)?.[1]
  if (!kibibytes) throw new Error('this system does not say how much memory a process has')
  return Number(kibibytes) / 1024
}
