import { quirksOf } from '../../rancher-quirks.ts'
import { RefusedTunnel } from './agent-http.ts'
import { createAgentLog } from './agent-log.ts'
import type { Agent, AgentOptions } from './agent-options.ts'
import { runStartScript } from './agent-script.ts'
import { keepSecondSession } from './agent-second-session.ts'
import { findWayToTrust } from './agent-trust.ts'
import { keepTunnel } from './agent-tunnel.ts'
import { pause } from './pause.ts'

/** 5 s in the connection and 5 s in the loop around it (`rancher-v2.1.5/agent-logs/token-unknown.agent.log`). */
const RETRY_AFTER_MS = 10_000
const CLOSED = 'websocket: close 1006 (abnormal closure): unexpected EOF'

/**
 * Does what the agent of that Rancher version does (`package/run.sh`, `cmd/agent/main.go`), over real sockets and with its words.
 * Resolves with the exit code when the agent ends itself, else only once the signal aborts.
 */
export async function runAgent(options: AgentOptions): Promise<number> {
  const quirks = quirksOf(options.version)
  const agent: Agent = { ...options, quirks, log: createAgentLog(options) }
  const checked = await runStartScript(agent)
  if ('exitCode' in checked) return checked.exitCode
  options.onStarted()
  return runProgram(agent, checked.caPem)
}

async function runProgram(agent: Agent, caPem: string | null): Promise<number> {
  const { env, signal, log, quirks } = agent
  const hello = `Rancher agent version ${agent.version} is starting`
  const listening = 'Listening on /tmp/log.sock'
  if (quirks.has('cleansCredentials')) {
    log('info', 'starting cattle-credential-cleanup goroutine in the background')
  }
  for (const line of quirks.has('cleansCredentials') ? [listening, hello] : [hello, listening]) {
    log('info', line)
  }
  const trusted = await findWayToTrust(agent, caPem)
  if ('exitCode' in trusted) return trusted.exitCode
  let hasConnected = env.CATTLE_AGENT_CONNECT === 'true'
  let isServing = false
  while (!signal.aborted) {
    const path = hasConnected ? '/v3/connect' : '/v3/connect/register'
    const url = `${agent.credentials.url.replace(/^https:/, 'wss:').replace(/\/$/, '')}${path}`
    log('info', `Connecting to ${url} with token ${shownToken(agent)}`)
    log('info', 'Connecting to proxy', { url })
    await agent.network.released(signal)
    try {
      await keepTunnel(agent, { url, token: agent.credentials.token, caPem: trusted.caPem }, () => {
        hasConnected = true
        agent.onConnected(caPem)
        if (isServing || !opensSecondSession(agent)) return
        isServing = true
        void keepSecondSession(agent, trusted.caPem)
      })
      if (!signal.aborted) logLoss(agent)
    } catch (error) {
      if (signal.aborted) break
      logFailure(agent, error)
    }
    await pause(RETRY_AFTER_MS * agent.timeScale, signal)
  }
  return 0
}

/** The embedded Rancher runs only where Rancher's own manifest switched it on. */
function opensSecondSession({ env, quirks }: Agent): boolean {
  const features = (env.CATTLE_FEATURES ?? '').split(',')
  return quirks.has('secondSession') && features.includes('multi-cluster-management-agent=true')
}

function shownToken({ quirks, credentials: { token } }: Agent): string {
  return quirks.has('printsHalfToken')
    ? `starting with ${token.slice(0, Math.floor(token.length / 2))}`
    : token
}

function logLoss({ log, quirks }: Agent): void {
  const message = quirks.has('printsDialerResponse')
    ? 'Remotedialer proxy error'
    : 'Failed to connect to proxy'
  log('error', message, { error: CLOSED })
}

function logFailure({ log, quirks }: Agent, error: unknown): void {
  const words = error instanceof Error ? error.message : String(error)
  if (!quirks.has('printsDialerResponse')) {
    log('error', 'Failed to connect to proxy', { error: words })
    log('error', 'Failed to connect to proxy', { error: words })
    return
  }
  const response =
    error instanceof RefusedTunnel
      ? `Response status: ${error.status} - ${error.status} ${error.reason}. Response body: ${error.body}`
      : 'Empty dialer response'
  log('error', `Failed to connect to proxy. ${response}`, { error: words })
  log('error', 'Remotedialer proxy error', { error: words })
}
