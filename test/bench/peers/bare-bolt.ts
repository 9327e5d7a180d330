// A bare Bolt app: acknowledges at once, or after its handler added one BullMQ job. What Reagent's acknowledgement is measured against.
// usage: bare-bolt.ts SLACK_API_URL REDIS_SOCKET|none ; prints the port
import { App } from '@slack/bolt'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'

const [slackApiUrl = '', socket = 'none'] = process.argv.slice(2)
const queue =
  socket === 'none'
    ? null
    : new Queue('bare', {
        connection: new Redis({ path: socket }),
        skipWaitingForReady: true,
      })

const app = new App({
  token: process.env.SLACK_BOT_TOKEN ?? '',
  signingSecret: process.env.SLACK_SIGNING_SECRET ?? '',
  clientOptions: { slackApiUrl },
})
app.command('/rancher', async ({ ack, command }) => {
  if (queue) await queue.add('reagent', { text: command.text, user: command.user_id })
  await ack('Taken.')
})
const server = await app.start(0)
const address = 'address' in server ? server.address() : null
process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`)
