import { webApi } from '@slack/bolt'
import type { Message } from './block.ts'

/** What became of something that was posted. Nothing is thrown for what Slack or the network may do. */
export type PostResult =
  | { readonly kind: 'posted'; readonly ts: string }
  | { readonly kind: 'rate-limited'; readonly afterMs: number }
  /** The message is not there any more, or cannot be edited any more. */
  | { readonly kind: 'gone' }
  /** Slack will not take it, however often it is tried: not in the channel, archived, invalid. */
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'unreachable' }

/** Which run a card shows, and at which version; kept on the message as metadata. */
export interface CardIdentity {
  readonly run: string
  readonly version: number
}

export interface CardPoster {
  post(channelId: string, card: Message, identity: CardIdentity): Promise<PostResult>
  update(channelId: string, ts: string, card: Message, identity: CardIdentity): Promise<PostResult>
  postEphemeral(channelId: string, userId: string, message: Message): Promise<PostResult>
  /** Into the direct messages between the bot and this person. */
  postPrivately(userId: string, message: Message): Promise<PostResult>
}

const GONE = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  // A card whose kinds of block another version of Reagent drew.
  'block_mismatch',
])
// Slack's own trouble, which passes: what was refused so is tried again.
const PASSING = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'])
const DEFAULT_RETRY_MS = 5_000

/** Posting through Slack's Web API; nothing is repeated inside, because Slack has no key that makes a repeated post harmless. */
export function createCardPoster(client: webApi.WebClient): CardPoster {
  return {
    post: (channel, card, identity) =>
      posted(
        client.chat.postMessage({
          channel,
          text: card.text,
          blocks: [...card.blocks],
          metadata: metadataOf(identity),
          unfurl_links: false,
          unfurl_media: false,
        }),
      ),
    update: (channel, ts, card, identity) =>
      posted(
        client.chat.update({
          channel,
          ts,
          text: card.text,
          blocks: [...card.blocks],
          metadata: metadataOf(identity),
        }),
      ),
    postPrivately: (userId, message) =>
      posted(
        client.chat.postMessage({
          channel: userId,
          text: message.text,
          blocks: [...message.blocks],
          unfurl_links: false,
          unfurl_media: false,
        }),
      ),
    postEphemeral: (channel, user, message) =>
      posted(
        client.chat
          .postEphemeral({ channel, user, text: message.text, blocks: [...message.blocks] })
          .then(({ message_ts }) => ({ ts: message_ts })),
      ),
  }
}

function metadataOf({ run, version }: CardIdentity) {
  return { event_type: 'reagent_run', event_payload: { run, version } }
}

async function posted(call: Promise<{ ts?: string | undefined }>): Promise<PostResult> {
  try {
    const { ts = '' } = await call
    return { kind: 'posted', ts }
  } catch (error) {
    if (error instanceof webApi.WebAPIRateLimitedError) {
      return { kind: 'rate-limited', afterMs: error.retryAfter * 1_000 }
    }
    if (error instanceof webApi.WebAPIPlatformError) return refusalOf(error.data.error)
    return { kind: 'unreachable' }
  }
}

/** Posting may be limited with an answer of 200 as well; then nothing says for how long. */
function refusalOf(error: string): PostResult {
  if (error === 'rate_limited' || error === 'ratelimited' || error === 'message_limit_exceeded') {
    return { kind: 'rate-limited', afterMs: DEFAULT_RETRY_MS }
  }
  if (PASSING.has(error)) return { kind: 'unreachable' }
  return GONE.has(error) ? { kind: 'gone' } : { kind: 'refused', error }
}
