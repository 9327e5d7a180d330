import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, RawRequest, SentRequest } from '../contract.ts'
import type { Transcript } from '../state/transcript.ts'
import { type Envelope, formOf, headersFor, post, sign } from './request.ts'
import type { SocketMode } from './socket-mode.ts'

/** The way from Slack to the bot: HTTP when there is a request URL, else a socket. */
export interface LineToBot {
  connectTo(requestUrl: string | null): void
  deliver(envelope: Envelope): Promise<Answer>
  lastRequest(): SentRequest | undefined
  replay(request: SentRequest): Promise<Answer>
  sendRaw(request: RawRequest): Promise<Answer>
}

export interface LineParts {
  readonly requestUrl: string | null
  readonly signingSecret: string
  readonly socketMode: SocketMode
  readonly transcript: Transcript
  readonly delayMs: number
  readonly now: () => Date
}

export function createLineToBot(parts: LineParts): LineToBot {
  const { signingSecret, socketMode, transcript, delayMs, now } = parts
  let requestUrl = parts.requestUrl
  let last: SentRequest | undefined

  const send = async (request: SentRequest) => {
    if (delayMs > 0) await sleep(delayMs)
    const answer = await post(request)
    transcript.record('ack', answer.body)
    return answer
  }
  const sendRaw = ({ body, timestamp, signature, contentType }: RawRequest) => {
    if (requestUrl === null) throw new Error('no request URL is set: call connectTo first')
    const seconds = timestamp ?? String(Math.floor(now().getTime() / 1000))
    const headers = headersFor(
      seconds,
      signature ?? sign(body, seconds, signingSecret),
      contentType,
    )
    last = { url: requestUrl, body, headers }
    return send(last)
  }

  return {
    connectTo: (url) => {
      requestUrl = url
    },
    deliver: async (envelope) => {
      if (requestUrl !== null) return sendRaw({ body: formOf(envelope) })
      if (delayMs > 0) await sleep(delayMs)
      return socketMode.send(envelope)
    },
    lastRequest: () => last,
    replay: send,
    sendRaw: async (request) => sendRaw(request),
  }
}
