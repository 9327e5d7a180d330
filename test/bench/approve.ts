import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startWorld, until, type World } from '../../lab/world/index.ts'
import type { Run } from '../../src/recovery/index.ts'
import { type Figure, median, quantile } from './contract.ts'

const run = promisify(execFile)
const BY_HAND = fileURLToPath(new URL('./peers/by-hand.sh', import.meta.url))
const TIMES = 7
const CLUSTER = 'myk8s'

/**
 * From pressing Approve until every object is applied, the plan built again and compared included, beside a script that does the
 * same with curl, jq and kubectl apply on the same API server; and from the command to the first card with a cause.
 */
export async function measureApproval(
  assetsDirectory: string | undefined,
): Promise<readonly Figure[]> {
  const world = await startWorld({ assetsDirectory, stableFor: '200ms', timeScale: 0.02 })
  await world.startReagent()
  const own: number[] = []
  const byHand: number[] = []
  const toCause: number[] = []
  for (let number = 0; number < TIMES; number += 1) {
    await breakAgents(world, number)
    const times = await recoverOnce(world)
    own.push(times.appliedMs)
    toCause.push(times.causeMs)
    await breakAgents(world, 100 + number)
    byHand.push(await applyByHand(world))
    world.cluster.holdAgents(false)
    await until(
      'the cluster to be back',
      () => world.rancher.clusterState(world.clusterId) === 'active',
    )
  }
  await world.close()
  const [value, peer] = [median(own), median(byHand)]
  return [
    {
      name: `approve to applied, median (${assetsDirectory ? 'real' : 'simulated'} API server)`,
      unit: 'ms',
      value,
      peer: { name: 'script with curl, jq and kubectl apply', value: peer },
      ratio: value / peer,
      goal: { of: 'ratio', atMost: 0.35 },
      samples: TIMES,
    },
    {
      name: 'command to first card with a cause, p95',
      unit: 'ms',
      value: quantile(toCause, 0.95),
      goal: { of: 'value', atMost: 1_500 },
      samples: TIMES,
    },
  ]
}

/** Makes all agents pin an authority that nobody has. */
async function breakAgents(world: World, number: number): Promise<void> {
  const value = number.toString(16).padStart(64, '0')
  const env = [{ name: 'CATTLE_CA_CHECKSUM', value }]
  const patch = (name: string) => ({
    spec: { template: { spec: { containers: [{ name, env }] } } },
  })
  const path = '/apis/apps/v1/namespaces/cattle-system'
  const type = { 'content-type': 'application/strategic-merge-patch+json' }
  await world.cluster.api(
    'PATCH',
    `${path}/deployments/cattle-cluster-agent`,
    patch('cluster-register'),
    type,
  )
  await world.cluster.api('PATCH', `${path}/daemonsets/cattle-node-agent`, patch('agent'), type)
  // The rollout does not end, so agents of before are still there: they would connect again.
  world.cluster.holdAgents(true)
  world.rancher.disconnectAgents(world.clusterId)
  const isLost = () =>
    world.rancher.sessions(world.clusterId).length === 0 &&
    world.rancher.clusterState(world.clusterId) === 'unavailable'
  await until('the cluster to be lost', isLost)
}

async function recoverOnce(
  world: World,
): Promise<{ readonly appliedMs: number; readonly causeMs: number }> {
  const { slack } = world
  const asked = performance.now()
  await slack.say('oncall', `/rancher reagent ${CLUSTER}`)
  const isOpen = (one: Run | undefined) => one !== undefined && one.state.kind === 'planned'
  const button = await slack.waitFor(() => approveButton(world), 20_000)
  const causeMs = performance.now() - asked
  await until('a plan', async () => isOpen((await world.runs.recent(1))[0]))
  const pressed = Date.now()
  await slack.click('lead', button)
  await until('the apply', async () => (await world.runs.recent(1))[0]?.state.kind === 'verifying')
  world.cluster.holdAgents(false)
  const over = await until('the end', async () => {
    const [one] = await world.runs.recent(1)
    return one?.state.kind === 'recovered' ? one : null
  })
  const applied = over.timeline.findLast(({ what }) => what === 'verifying')
  return { appliedMs: Date.parse(applied?.at ?? '') - pressed, causeMs }
}

/** The Approve button of the newest card, once it is there. */
function approveButton(world: World) {
  const card = world.slack.messages().at(-1)
  const hasButton = card && JSON.stringify(card.blocks).includes('"approve"')
  return hasButton ? { actionId: 'approve', card } : null
}

async function applyByHand(world: World): Promise<number> {
  const { RANCHER_URL = '', RANCHER_CA_FILE = '', RANCHER_TOKEN = '' } = world.env
  const began = performance.now()
  await run(
    'sh',
    [BY_HAND, RANCHER_URL, RANCHER_CA_FILE, `${world.folder}/${CLUSTER}.kubeconfig.yaml`, CLUSTER],
    {
      env: { ...process.env, RANCHER_TOKEN },
    },
  )
  return performance.now() - began
}
