import { once } from 'node:events'
import { AgentError, openTunnel } from './agent-http.ts'
import type { Agent } from './agent-options.ts'
import { pause } from './pause.ts'

export const CONNECT_TIMEOUT_MS = 30_000
const HANDSHAKE_TIMEOUT_MS = 10_000
/** Real handshakes take their time however fast the lab's clock runs. */
const SHORTEST_TIMEOUT_MS = 1_000

/** Resolves when the tunnel has been open and is closed. Rejects with `AgentError` when it could not be opened. */
export async function keepTunnel(
  agent: Agent,
  to: { readonly url: string; readonly token: string; readonly caPem: string | null },
  onOpen: () => void,
): Promise<void> {
  const { network, signal, timeScale } = agent
  if (network.isBlocked) {
    await pause(CONNECT_TIMEOUT_MS * timeScale, signal)
    throw new AgentError(`dial tcp ${new URL(to.url).host}: i/o timeout`)
  }
  const socket = await openTunnel({
    url: to.url,
    headers: {
      'X-API-Tunnel-Token': to.token,
      'X-API-Tunnel-Params': Buffer.from(JSON.stringify(agent.parameters)).toString('base64'),
    },
    caPem: to.caPem,
    timeoutMs: Math.max(HANDSHAKE_TIMEOUT_MS * timeScale, SHORTEST_TIMEOUT_MS),
    signal,
    now: agent.now,
    quirks: agent.quirks,
    dial: agent.dial,
  })
  onOpen()
  const cut = () => socket.destroy()
  signal.addEventListener('abort', cut, { once: true })
  network.tunnels.add(socket)
  const closed = once(socket, 'close')
  socket.on('end', cut)
  socket.resume()
  // Packets may be dropped since the handshake began.
  if (signal.aborted || network.isBlocked) cut()
  await closed
  network.tunnels.delete(socket)
  signal.removeEventListener('abort', cut)
}
