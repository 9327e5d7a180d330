import { quirksOf } from '../../rancher-quirks.ts'
import { type Dial, testConnection } from './agent-http.ts'
import { createAgentLog } from './agent-log.ts'
import type { AgentNetwork } from './agent-network.ts'
import { pause } from './pause.ts'

/** Fleet's own interval is 15 minutes (`agentCheckinInterval`); a refused one is tried again sooner. */
const CHECK_IN_EVERY_MS = 15 * 60_000
const RETRY_AFTER_MS = 15_000

/** The agent of Rancher's Fleet: checks in at the address and with the authority of its secret, until the signal aborts. Its texts are not recorded. */
export async function runFleetAgent(options: {
  readonly url: string
  readonly caPem: string
  readonly network: AgentNetwork
  readonly dial: Dial
  readonly timeScale: number
  readonly now: () => Date
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}): Promise<void> {
  const { url, network, signal, timeScale } = options
  const log = createAgentLog(options)
  const quirks = quirksOf('2.12.0')
  const caPem = options.caPem === '' ? null : options.caPem
  log('info', 'Starting fleet agent')
  while (!signal.aborted) {
    await network.released(signal)
    const failure = network.isBlocked
      ? { words: `Get "${url}": dial tcp ${new URL(url).host}: i/o timeout` }
      : await testConnection({ url, caPem, signal, now: options.now, quirks, dial: options.dial })
    if (signal.aborted) return
    if (failure === null) log('info', 'Successfully registered with upstream')
    else log('error', `Failed to register agent: ${failure.words}`)
    await pause((failure === null ? CHECK_IN_EVERY_MS : RETRY_AFTER_MS) * timeScale, signal)
  }
}
