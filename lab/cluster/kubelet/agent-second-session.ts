import { readFileSync } from 'node:fs'
import { wholeSeconds } from './agent-log.ts'
import type { Agent } from './agent-options.ts'
import { keepTunnel } from './agent-tunnel.ts'
import { pause } from './pause.ts'

/** Between the two sessions (`rancher-v2.12.0/agent-logs/ok.server.log`). */
const START_MS = 1_000
const RETRY_AFTER_MS = 10_000

const RECORDED = readFileSync(
  new URL('../../fixtures/rancher-v2.12.0/embedded-rancher.log', import.meta.url),
  'utf8',
).trimEnd()

/** The Rancher that is embedded in the agent from 2.6 on: says what it starts, and keeps the session `stv-cluster-…` open. */
export async function keepSecondSession(agent: Agent, caPem: string | null): Promise<void> {
  const { signal, timeScale, log } = agent
  const time = wholeSeconds(agent.now())
  for (const line of RECORDED.split('\n')) {
    agent.print(line.replace(/^time="[^"]+"/, `time="${time}"`))
  }
  const url = `${agent.credentials.url.replace(/^https:/, 'wss:').replace(/\/$/, '')}/v3/connect`
  const token = `stv-cluster-${agent.credentials.token}`
  await pause(START_MS * timeScale, signal)
  while (!signal.aborted) {
    await agent.network.released(signal)
    try {
      await keepTunnel(agent, { url, token, caPem }, () => undefined)
    } catch (error) {
      if (signal.aborted) return
      const words = error instanceof Error ? error.message : String(error)
      log('error', 'Remotedialer proxy error', { error: words })
    }
    await pause(RETRY_AFTER_MS * timeScale, signal)
  }
}
