import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LabCluster, startCluster } from '../../../lab/cluster/index.ts'
import { type LabRancher, startRancher } from '../../../lab/rancher/index.ts'
import { type LabSlack, type LabSlackOptions, startSlack } from '../../../lab/slack/index.ts'
import { type CheckLine, type CheckParts, checkEverything } from '../../../src/checks/index.ts'
import { type Cluster, openCluster } from '../../../src/cluster/index.ts'
import { Secret } from '../../../src/observe/index.ts'
import { createRancher, type Rancher } from '../../../src/rancher/index.ts'
import { inspectSlack, type SlackInspection } from '../../../src/slack/index.ts'
import { inspectRedis, startPrivateRedis } from '../../../src/store/index.ts'

/** Everything that a configuration can lead to, each a real server; and the parts that lead there. */
export interface Lab {
  readonly folder: string
  readonly rancher: LabRancher
  readonly cluster: LabCluster
  readonly slack: LabSlack
  /** What `reagent check` is given where all is well. */
  readonly parts: CheckParts
  /** A client of the lab's Rancher, closed with the lab. */
  connectRancher(change?: { readonly token?: string; readonly caPem?: string }): Rancher
  /** Opens a kubeconfig file of the folder, closed with the lab. */
  open(file: string): () => Promise<Cluster>
  close(): Promise<void>
}

const SCOPES = ['commands', 'chat:write', 'users:read']

export async function startLab(): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'reagent-checks-'))
  await mkdir(join(folder, 'data'), { mode: 0o700 })
  const [rancher, cluster, slack, redis] = await Promise.all([
    startRancher({ timeScale: 0.05 }),
    startCluster({ withoutKubelet: true }),
    startSlack({ scopes: SCOPES }),
    startPrivateRedis(join(folder, 'redis'), process.env.PATH ?? ''),
  ])
  await writeFile(join(folder, 'kubeconfig.yaml'), cluster.kubeconfig, { mode: 0o600 })
  const { server: apiEndpoint, caPem: apiServerCaPem } = cluster
  rancher.addCluster({ name: 'myk8s', apiEndpoint, apiServerCaPem, lost: true })
  const closing: (() => void)[] = []

  const connectRancher: Lab['connectRancher'] = (change = {}) => {
    const client = createRancher({
      url: rancher.url,
      token: new Secret(change.token ?? rancher.apiToken),
      caPem: change.caPem ?? rancher.caPem,
      timeoutMs: 5_000,
    })
    closing.push(() => client.close())
    return client
  }
  const open: Lab['open'] = (file) => async () => {
    const one = await openCluster({
      source: { kind: 'file', path: join(folder, file) },
      timeoutMs: 5_000,
      fingerprintKey: new Uint8Array(32),
    })
    closing.push(() => one.close())
    return one
  }
  const person = (name: string) => `${slack.teamId}/${slack.person(name).id}`
  return {
    folder,
    rancher,
    cluster,
    slack,
    connectRancher,
    open,
    parts: {
      configuration: 'reagent.yaml',
      role: 'all',
      data: {
        directory: join(folder, 'data'),
        isUsed: true,
        signingKeyFile: join(folder, 'data', 'signing-key.pem'),
      },
      redis: {
        kind: 'running',
        inspect: (signal) =>
          inspectRedis({ kind: 'socket', path: redis.socketPath }, 'reagent', signal),
      },
      ...accessOf(connectRancher()),
      clusters: new Map([['myk8s', open('kubeconfig.yaml')]]),
      slack: {
        inspection: inspectionOf(slack),
        connection: { kind: 'http', signingSecret: new Secret(slack.signingSecret) },
        teamId: slack.teamId,
      },
      policy: {
        request: new Set([person('oncall')]),
        approve: new Set([person('lead')]),
        approveAlone: new Set(['local/root']),
      },
      clock: () => new Date(),
    },
    async close() {
      for (const one of closing) one()
      await Promise.all([rancher.close(), cluster.close(), slack.close(), redis.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The parts of a check that a client of Rancher's API makes. */
export function accessOf(rancher: Rancher): Pick<CheckParts, 'rancher' | 'rancherWays'> {
  return { rancher, rancherWays: [{ name: 'API', isApi: true, rancher }] }
}

export function inspectionOf(slack: LabSlack, botToken = slack.botToken): SlackInspection {
  return inspectSlack({
    botToken: new Secret(botToken),
    apiUrl: slack.apiUrl,
    clock: () => new Date(),
  })
}

/** Another Slack for one test, with its own part of a check. */
export async function startOtherSlack(options: LabSlackOptions) {
  const slack = await startSlack({ scopes: SCOPES, ...options })
  return {
    slack,
    socket: {
      inspection: inspectionOf(slack),
      connection: { kind: 'socket', appToken: new Secret(slack.appToken) },
      teamId: slack.teamId,
    },
  } as const
}

export async function linesOf(
  parts: CheckParts,
  cluster: string | null = null,
): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = []
  for await (const line of checkEverything(parts, cluster, new AbortController().signal)) {
    lines.push(line)
  }
  return lines
}

/** The lines that say something is to do: `✗ WHAT` or `! WHAT`. */
export function remarks(lines: readonly CheckLine[]): readonly string[] {
  return lines.flatMap(({ status, what }) =>
    status === 'failed' ? [`✗ ${what}`] : status === 'warning' ? [`! ${what}`] : [],
  )
}

/** The only line of this name; both what it says and what to do, to search in. */
export function said(lines: readonly CheckLine[], what: string): string {
  const line = lines.find((one) => one.what === what)
  return line ? `${line.detail} → ${line.nextStep ?? ''}` : `no line "${what}"`
}
