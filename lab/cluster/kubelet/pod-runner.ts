import type { Crash, LabAgent, LabNode, NodePressure } from '../contract.ts'
import { type JsonObject, objectAt, objectsAt, textAt } from '../json.ts'
import { runAgent } from './agent.ts'
import { writeAggregation } from './agent-aggregation.ts'
import { runFleetAgent } from './agent-fleet.ts'
import type { KubeletContext } from './context.ts'
import { describeAgent, environmentOf } from './describe-agent.ts'
import { pause, whenAborted } from './pause.ts'
import { createPodLog, type PodLog } from './pod-log.ts'
import { type ContainerState, CREATING, evictedStatus, podStatus } from './pod-status.ts'

/** A pod that a kubelet runs. */
export interface PodRunner {
  readonly name: string
  readonly node: string
  readonly uid: string
  readonly log: PodLog
  readonly isReady: boolean
  readonly isStopped: boolean
  /** Why there is no log yet, null when there is one. */
  readonly waitingFor: string | null
  /** As people see it. */
  describe(): LabAgent
  /** Whether there is a node now for a pod that had none. */
  mayBePlaced(): boolean
  /** Ends it because its node runs out of something; what is left of the pod stays, as a kubelet leaves it. */
  evict(pressure: NodePressure): Promise<void>
  /** Stops its container and takes the pod off the API server. */
  stop(): Promise<void>
}

/** Time that a container takes to start, and after which one still in its start script is reported as running. */
const CONTAINER_START_MS = 1_000
const START_SCRIPT_MS = 2_000
const FIRST_BACK_OFF_MS = 10_000
const LONGEST_BACK_OFF_MS = 300_000

/** Runs a pod that is on the API server: mounts, image, container, restarts, status. */
export function runPod(context: KubeletContext, pod: JsonObject, node: LabNode): PodRunner {
  const { admin, namespace, timeScale } = context
  const name = textAt(pod, 'metadata', 'name')
  const uid = textAt(pod, 'metadata', 'uid')
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  const startedAt = timeOf(context.now())
  const ordinal = context.nodes.indexOf(node)
  const hostAddress = `192.0.2.${11 + ordinal}`
  const address = `10.42.${ordinal}.${[...name].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 250}`
  const log = createPodLog(context.agentChanged)
  const stopping = new AbortController()
  const { signal } = stopping
  let container = CREATING
  let reported: Promise<unknown> = Promise.resolve()

  const report = (next: ContainerState) => {
    container = next
    context.agentChanged()
    const status = podStatus({ pod, container, address, hostAddress, startedAt })
    reported = reported
      .then(() =>
        signal.aborted ? undefined : admin.merge(`${path}/status`, { status }, 'kubelet'),
      )
      // The API server may be going down with the lab; a pod that goes on reports again.
      .catch(() => undefined)
      .then(() => context.look())
    return reported
  }
  const warn = (reason: string, message: string) =>
    context.events({
      about: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
      type: 'Warning',
      reason,
      message,
      component: 'kubelet',
      host: node.name,
    })

  const mountSecrets = async () => {
    for (const volume of objectsAt(pod, 'spec', 'volumes')) {
      const secretName = textAt(volume, 'secret', 'secretName')
      if (secretName === '') continue
      const isThere = () => context.secrets.has(secretName)
      if (isThere()) continue
      await warn(
        'FailedMount',
        `MountVolume.SetUp failed for volume "${textAt(volume, 'name')}" : secret "${secretName}" not found`,
      )
      await context.until(isThere, signal)
    }
  }
  const pullImage = async () => {
    const image = textAt(objectsAt(pod, 'spec', 'containers')[0], 'image')
    while (context.unpullableImages.has(image) && !signal.aborted) {
      const why = `rpc error: code = Unknown desc = Error response from daemon: manifest for ${image} not found: manifest unknown: manifest unknown`
      await warn('Failed', `Failed to pull image "${image}": ${why}`)
      await report({ ...container, state: { waiting: { reason: 'ErrImagePull', message: why } } })
      await pause(CONTAINER_START_MS * timeScale, signal)
      if (signal.aborted || !context.unpullableImages.has(image)) break
      const message = `Back-off pulling image "${image}"`
      await warn('Failed', 'Error: ImagePullBackOff')
      await report({ ...container, state: { waiting: { reason: 'ImagePullBackOff', message } } })
      await context.until(() => !context.unpullableImages.has(image), signal)
    }
  }
  /** Runs the container once, and reports it as running as soon as it has stayed alive for a moment. */
  const runOnce = async (): Promise<JsonObject> => {
    const from = timeOf(context.now())
    const running = { ...container, state: { running: { startedAt: from } }, ready: true }
    const ending = new AbortController()
    const eitherSignal = AbortSignal.any([signal, ending.signal])
    log.start()
    let hasEnded = false
    let isKilled = false
    const onAlive = () => {
      if (!hasEnded && container.ready === false) void report(running)
    }
    const crash = context.network.crashed(eitherSignal).then(async (found): Promise<Ended> => {
      await pause(found.afterMs ?? 0, eitherSignal)
      isKilled = true
      const { logLines, exitCode, reason, message } = found
      for (const line of logLines) log.print(line)
      return { exitCode, reason, ...(message !== undefined && { message }) }
    })
    void pause(START_SCRIPT_MS * timeScale + 300, eitherSignal).then(() => {
      if (!eitherSignal.aborted) onAlive()
    })
    const process = runProcess(
      context,
      pod,
      { name, address, node: node.name },
      (line) => {
        // A process that was killed says nothing more.
        if (!hasEnded && !isKilled) log.print(line)
      },
      onAlive,
      eitherSignal,
    )
    const stopped = whenAborted(signal).then((): Ended => ({ exitCode: 143, reason: 'Error' }))
    const ended = await Promise.race([crash, process, stopped])
    hasEnded = true
    ending.abort()
    const finishedAt = timeOf(context.now())
    return { terminated: { ...ended, startedAt: from, finishedAt } }
  }
  const passAdmission = async () => {
    const isPressed = () => context.trouble.pressureOn(node.name) !== null
    if (!isPressed()) return
    const message = `The node had condition: [${context.trouble.pressureOn(node.name)}]. `
    await warn('Evicted', message)
    await admin.merge(`${path}/status`, { status: evictedStatus(`Pod ${message}`) }, 'kubelet')
    await context.until(() => !isPressed(), signal)
  }
  const makeSandbox = async () => {
    const failure = () => context.trouble.sandboxFailureOn(node.name)
    for (let why = failure(); why !== null && !signal.aborted; why = failure()) {
      const found = why
      await warn(
        'FailedCreatePodSandBox',
        `Failed create pod sandbox: rpc error: code = Unknown desc = ${found}`,
      )
      await context.until(() => failure() !== found, signal)
    }
  }
  const run = async () => {
    await passAdmission()
    await report(CREATING)
    await mountSecrets()
    await makeSandbox()
    await pullImage()
    await pause(CONTAINER_START_MS * timeScale, signal)
    for (let restarts = 0; !signal.aborted; restarts++) {
      container = { ...container, restarts, ready: false }
      const ended = await runOnce()
      if (signal.aborted) return
      await report({ ...container, state: ended, ready: false })
      if (restarts > 0) {
        const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** (restarts - 1), LONGEST_BACK_OFF_MS)
        const message = `back-off ${backOffMs / 1000}s restarting failed container=${textAt(objectsAt(pod, 'spec', 'containers')[0], 'name')} pod=${name}_${namespace}(${uid})`
        await warn('BackOff', 'Back-off restarting failed container')
        const state = { waiting: { reason: 'CrashLoopBackOff', message } }
        await report({ ...container, state, lastState: ended })
        await pause(backOffMs * timeScale, signal)
      } else {
        await pause(CONTAINER_START_MS * timeScale, signal)
      }
      container = { ...container, lastState: ended }
    }
  }
  const finished = run()
  const runner: PodRunner = {
    name,
    node: node.name,
    uid,
    log,
    get isReady() {
      return container.ready && !signal.aborted
    },
    get isStopped() {
      return signal.aborted
    },
    get waitingFor() {
      if (log.lines(false)) return null
      return textAt(container.state, 'waiting', 'reason') || 'ContainerCreating'
    },
    mayBePlaced: () => false,
    describe: () => describeAgent(pod, node.name, container, log),
    async evict(pressure) {
      const lacking = pressure === 'DiskPressure' ? 'ephemeral-storage' : 'memory'
      const [first] = objectsAt(pod, 'spec', 'containers')
      const message = `The node was low on resource: ${lacking}. Container ${textAt(first, 'name')} was using 2871012Ki, which exceeds its request of 0. `
      stopping.abort()
      context.logs.remove(name)
      await finished
      await reported
      await warn('Evicted', message)
      await admin.merge(`${path}/status`, { status: evictedStatus(message) }, 'kubelet')
    },
    async stop() {
      stopping.abort()
      context.logs.remove(name)
      await finished
      await reported
      await admin.api('DELETE', `${path}?gracePeriodSeconds=0`)
    },
  }
  context.logs.add(runner)
  return runner
}

type Ended = Pick<Crash, 'exitCode' | 'message'> & { readonly reason: string }

/** The agent if the container is one, else a program that runs until it is stopped. */
async function runProcess(
  context: KubeletContext,
  pod: JsonObject,
  place: { readonly name: string; readonly address: string; readonly node: string },
  print: (line: string) => void,
  onStarted: () => void,
  signal: AbortSignal,
): Promise<Ended> {
  const [container] = objectsAt(pod, 'spec', 'containers')
  const env = environmentOf(container, place.node)
  const credentials = credentialsOf(context, pod)
  const { network, now, timeScale } = context
  const clock = () => network.clockOf(place.node, now())
  const dial = network.dialFor({ env, clock })
  if (credentials.apiServerURL !== '') {
    const { apiServerURL: url, apiServerCA: caPem } = credentials
    onStarted()
    await runFleetAgent({ url, caPem, network, dial, timeScale, now: clock, print, signal })
    return { exitCode: 143, reason: 'Error' }
  }
  if (env.CATTLE_SERVER === undefined) {
    onStarted()
    await whenAborted(signal)
    return { exitCode: 143, reason: 'Error' }
  }
  const version = textAt(container, 'image').split(':').at(-1) ?? ''
  const exitCode = await runAgent({
    env,
    dial,
    credentials,
    podName: place.name,
    podAddress: place.address,
    version,
    parameters: parametersOf(context, env, place),
    network,
    timeScale,
    now: clock,
    print,
    onStarted,
    onConnected: (caPem) => {
      // Without an API server there is nobody to keep it; the agent goes on without, as the real one does.
      writeAggregation(context, { env, credentials, caPem, version }).catch(() => undefined)
    },
    signal,
  })
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' }
}

function parametersOf(
  { apiAddress, apiServerCaPem }: KubeletContext,
  env: Readonly<Record<string, string>>,
  place: { readonly address: string; readonly node: string },
): unknown {
  if (env.CATTLE_CLUSTER !== 'true') {
    return { node: { requestedHostname: place.node, customConfig: { address: place.address } } }
  }
  const caCert = Buffer.from(apiServerCaPem).toString('base64')
  return { cluster: { address: apiAddress, token: 'lab-service-account-token', caCert } }
}

function credentialsOf({ secrets }: KubeletContext, pod: JsonObject) {
  const names = objectsAt(pod, 'spec', 'volumes').map((volume) =>
    textAt(volume, 'secret', 'secretName'),
  )
  const data = objectAt(secrets.get(names.find((name) => name !== '') ?? ''), 'data')
  const decoded = (key: string) => Buffer.from(textAt(data, key), 'base64').toString()
  return {
    url: decoded('url'),
    token: decoded('token'),
    apiServerURL: decoded('apiServerURL'),
    apiServerCA: decoded('apiServerCA'),
  }
}

function timeOf(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
