import { connect } from 'node:tls'
import { until } from '../world/index.ts'
import type { Fault, Symptom } from './contract.ts'
import { AGENTS_NAMESPACE, type Stage } from './stage.ts'

interface PodStatus {
  readonly phase?: string
  readonly reason?: string
  readonly conditions?: readonly { readonly reason?: string }[]
  readonly containerStatuses?: readonly {
    readonly state?: Record<string, ContainerEnd>
    readonly lastState?: Record<string, ContainerEnd>
  }[]
}
interface ContainerEnd {
  readonly reason?: string
  readonly exitCode?: number
  readonly message?: string
}
interface Pod {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly containers: readonly { readonly name: string }[] }
  readonly status?: PodStatus
}

/** Up to 2.5, and from 2.6 on. */
const NO_AGENT = /waiting for cluster agent to connect|Cluster agent is not connected/
const DEADLINE_MS = 15_000

/** Waits until a fault shows everywhere where it says that it does; rejects with the places where it does not. */
export async function untilSymptom(stage: Stage, fault: Fault): Promise<void> {
  const symptom = fault.symptom(stage)
  let missing: readonly string[] = []
  try {
    await until(
      'symptom',
      async () => {
        missing = await missingSymptoms(stage, symptom)
        return missing.length === 0
      },
      DEADLINE_MS,
    )
  } catch {
    throw new Error(`${fault.name} does not show: ${missing.join('; ')}`)
  }
}

/** The places of a symptom where it does not show, each with what was looked for. */
export async function missingSymptoms(stage: Stage, symptom: Symptom): Promise<readonly string[]> {
  const { rancher, clusterId } = stage
  const { rancherState, agentLog, fleetLog, serverLog, event, pod, object, handshake } = symptom
  const condition = symptom.condition ?? (rancherState === 'unavailable' ? NO_AGENT : undefined)
  const missing: string[] = []
  const expect = (place: string, lines: readonly string[], wanted: RegExp | undefined) => {
    if (wanted && !lines.some((line) => wanted.test(line))) missing.push(`${place} ${wanted}`)
  }
  if (rancherState && rancher.clusterState(clusterId) !== rancherState) missing.push('state')
  if (condition) {
    const messages = rancher.conditions(clusterId).map(({ message }) => message)
    expect('condition', messages, condition)
  }
  expect(
    'server log',
    rancher.serverLog.map(({ line }) => line),
    serverLog,
  )
  if (event) expect('event', await eventsOf(stage), event)
  if (pod || agentLog) {
    const pods = await podsOf(stage)
    expect('pod', pods.map(describePod), pod)
    if (agentLog) expect('agent log', await logLinesOf(stage, pods), agentLog)
  }
  if (fleetLog) {
    const [fleet] = stage.cluster.agents().filter(({ app }) => app === 'fleet-agent')
    expect('fleet log', stage.cluster.podLog(fleet?.pod ?? ''), fleetLog)
  }
  if (object) {
    const { body } = await stage.cluster.api('GET', object.path)
    expect(object.path, [describeObject(body.status)], object.says)
  }
  if (handshake) expect('handshake', [await shakeHands(stage)], handshake)
  return missing
}

async function eventsOf({ cluster }: Stage): Promise<readonly string[]> {
  const { body } = await cluster.api('GET', `${AGENTS_NAMESPACE}/events`)
  const events = (body.items ?? []) as readonly { reason: string; message: string }[]
  return events.map(({ reason, message }) => `${reason}: ${message}`)
}

async function podsOf({ cluster }: Stage): Promise<readonly Pod[]> {
  const { body } = await cluster.api('GET', `${AGENTS_NAMESPACE}/pods`)
  return (body.items ?? []) as readonly Pod[]
}

function describePod({ status }: Pod): string {
  const [container] = status?.containerStatuses ?? []
  const ends = [container?.state, container?.lastState].flatMap((state) =>
    Object.values(state ?? {}).map(({ reason, exitCode, message }) =>
      [reason, exitCode, message].filter((part) => part !== undefined).join(' '),
    ),
  )
  const reasons = (status?.conditions ?? []).map(({ reason }) => reason)
  return [status?.phase, status?.reason, ...reasons, ...ends].filter(Boolean).join(' ')
}

/** `Terminating Type Status Reason …`, with the runtime of a node. */
function describeObject(status: unknown): string {
  const { phase, conditions, nodeInfo } = (status ?? {}) as {
    readonly phase?: string
    readonly conditions?: readonly Record<'type' | 'status' | 'reason', string>[]
    readonly nodeInfo?: { readonly containerRuntimeVersion: string }
  }
  const said = (conditions ?? []).map(({ type, status, reason }) => `${type} ${status} ${reason}`)
  return [phase, ...said, nodeInfo?.containerRuntimeVersion].filter(Boolean).join(' ')
}

async function logLinesOf({ cluster }: Stage, pods: readonly Pod[]): Promise<readonly string[]> {
  const texts = await Promise.all(
    pods.flatMap(({ metadata, spec }) =>
      ['false', 'true'].map(async (previous) => {
        const container = spec.containers[0]?.name ?? ''
        const path = `${AGENTS_NAMESPACE}/pods/${metadata.name}/log`
        const answer = await cluster.api(
          'GET',
          `${path}?container=${container}&previous=${previous}`,
        )
        return answer.status === 200 ? answer.text : ''
      }),
    ),
  )
  return texts.flatMap((text) => text.split('\n'))
}

/** `ok`, or the code of the error with which a handshake with Rancher's address fails. */
function shakeHands({ workerUrl, workerCaPem }: Stage): Promise<string> {
  const { hostname, port } = new URL(workerUrl)
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname,
      port: Number(port),
      servername: hostname,
      ...(workerCaPem !== null && { ca: workerCaPem }),
    })
    socket.once('secureConnect', () => {
      resolve('ok')
      socket.destroy()
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}
