import { type JsonObject, parseObject } from '../http/body.ts'
import { secretFor } from '../state/identifiers.ts'
import type { MessageStore } from '../state/message-store.ts'
import type { BotPosts } from './bot-posts.ts'
import { checkContent, NOTHING } from './message-content.ts'

const POSTS_MAX = 5
const LIVES_FOR_MS = 30 * 60_000
const TEXT_MAX = 40_000

/** The message that a person clicked on; null after a command. */
interface ClickedMessage {
  readonly ts: string
  readonly isEphemeral: boolean
}

interface Issued {
  readonly channel: string
  readonly user: string
  readonly clicked: ClickedMessage | null
  readonly at: number
  posts: number
}

/** Response URLs: five posts within 30 minutes, no token. */
export interface ResponseUrls {
  /** Gives the path of a new one. */
  issue(channel: string, user: string, clicked: ClickedMessage | null): string
  /** `status` is that of the HTTP answer. */
  handle(path: string, body: string): Promise<{ status: number; answer: JsonObject }>
}

export interface ResponseUrlParts {
  readonly posts: BotPosts
  readonly messages: MessageStore
  readonly seed: number
  readonly now: () => Date
}

export function createResponseUrls(parts: ResponseUrlParts): ResponseUrls {
  const { posts, messages, seed, now } = parts
  const issued = new Map<string, Issued>()

  const carryOut = async (to: Issued, fields: JsonObject) => {
    const { channel, user, clicked } = to
    if (fields.delete_original === true && clicked !== null) {
      if (clicked.isEphemeral) return { ok: messages.remove(channel, clicked.ts) !== undefined }
      return outcome(await posts.remove(channel, clicked.ts))
    }
    const checked = checkContent(fields, TEXT_MAX, NOTHING)
    if (!checked.ok) return checked.answer
    if (fields.replace_original === true && clicked !== null) {
      if (clicked.isEphemeral) {
        return { ok: messages.edit(channel, clicked.ts, checked.content) !== undefined }
      }
      return outcome(await posts.edit(channel, clicked.ts, checked.content))
    }
    const thread = typeof fields.thread_ts === 'string' ? fields.thread_ts : null
    if (fields.response_type === 'in_channel') {
      return outcome(await posts.post(channel, checked.content, thread))
    }
    posts.postEphemeral(channel, user, checked.content, thread)
    return { ok: true }
  }

  return {
    issue: (channel, user, clicked) => {
      const number = issued.size + 1
      const path = `/response/${number}/${secretFor(`response url ${number}`, seed, 24)}`
      issued.set(path, { channel, user, clicked, at: now().getTime(), posts: 0 })
      return path
    },
    handle: async (path, body) => {
      const to = issued.get(path)
      if (to === undefined) return gone('invalid_url')
      if (to.posts >= POSTS_MAX) return gone('used_url')
      if (now().getTime() - to.at > LIVES_FOR_MS) return gone('expired_url')
      to.posts += 1
      const fields = parseObject(body)
      if (fields === null) return { status: 400, answer: { ok: false, error: 'invalid_payload' } }
      const answer = await carryOut(to, fields)
      return { status: answer.ok === true ? 200 : 400, answer }
    },
  }
}

function outcome(posted: Awaited<ReturnType<BotPosts['post']>>): JsonObject {
  return posted.ok ? { ok: true } : posted.answer
}

function gone(error: string) {
  return { status: 404, answer: { ok: false, error } }
}
