import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** Where a bot listens, and the secret that its requests are signed with. */
export interface Target {
  readonly url: string
  readonly signingSecret: string
}

/**
 * Sends slash commands at a fixed rate, whether or not the ones before were answered, and gives the milliseconds from sending each to the end of
 * its acknowledgement. Rejects when one is not answered with 200.
 */
export async function commandsAtRate(
  target: Target,
  perSecond: number,
  count: number,
  fieldsOf: (index: number) => Record<string, string>,
): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const started = performance.now()
  const sent: Promise<number>[] = []
  for (let index = 0; index < count; index += 1) {
    await wait(Math.max(0, started + (index * 1_000) / perSecond - performance.now()))
    sent.push(send(agent, target, fieldsOf(index)))
  }
  const took = await Promise.all(sent)
  agent.destroy()
  return took
}

function send(agent: Agent, target: Target, fields: Record<string, string>): Promise<number> {
  const body = new URLSearchParams(fields).toString()
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
