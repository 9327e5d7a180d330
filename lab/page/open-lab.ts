import {
  CLUSTER_NAME,
  rotateCertificateAuthority,
  startWorld,
  type WorldOptions,
} from '../world/index.ts'
import { openPage } from './open-page.ts'

export interface LabOptions extends WorldOptions {
  /** Of the page. Default 0: any free port. */
  readonly port?: number
}

/** Opens a world in which Rancher has just lost the cluster, with its page, and keeps it until SIGINT or SIGTERM. */
export async function openLab({ port = 0, ...options }: LabOptions): Promise<void> {
  const endSignal = nextEndSignal()
  const world = await startWorld({
    stableFor: '10s',
    liveTimestamps: true,
    // Apart, so that the worker can be killed while the bot goes on talking.
    roles: 'split',
    otherClusters: ['staging'],
    ...options,
  })
  try {
    await rotateCertificateAuthority(world)
    await world.startReagent()
    const page = await openPage(world, { port })
    process.stdout.write(greeting(page.url))
    await endSignal
    process.stdout.write('\nThe lab is closed.\n')
    await page.close()
  } finally {
    await world.close()
  }
}

/** Resolves at the first signal; later ones are ignored, because closing is under way then. */
function nextEndSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve())
  })
}

function greeting(url: string): string {
  return `Reagent's lab is open:  ${url}

The page is the Slack channel #incident-prod. Rancher has a new certificate authority and has just lost its clusters, ${CLUSTER_NAME} among them.
  1. As oncall, type /rancher reagent ${CLUSTER_NAME}
  2. As lead, press Approve on the card

On the page you can be each of these people:
  oncall   may ask for a recovery
  lead     may approve a plan
  guest    may do neither

Ctrl-C ends the lab.
`
}
