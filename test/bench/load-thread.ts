// Sends the commands of one load. A thread of its own: what else this process does must not count as the bot's time.
import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { Load, Target } from './load.ts'

parentPort?.postMessage(await sendAll(workerData as Load))

async function sendAll({ target, perSecond, commands }: Load): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const started = performance.now()
  const sent: Promise<number>[] = []
  for (const [index, fields] of commands.entries()) {
    await wait(Math.max(0, started + (index * 1_000) / perSecond - performance.now()))
    sent.push(send(agent, target, fields))
  }
  const took = await Promise.all(sent)
  agent.destroy()
  return took
}

function send(
  agent: Agent,
  target: Target,
  fields: Readonly<Record<string, string>>,
): Promise<number> {
  const body = new URLSearchParams({ ...fields }).toString()
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', target.signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex')
  const started = performance.now()
  return new Promise((done, fail) => {
    const sending = request(target.url, {
      agent,
      method: 'POST',
      timeout: 10_000,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
      },
    })
    sending.on('error', fail)
    sending.on('response', (response) => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 200) done(performance.now() - started)
        else fail(new Error(`answered ${response.statusCode}`))
      })
    })
    sending.end(body)
  })
}
