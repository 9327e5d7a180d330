import { useRef } from 'preact/hooks'
import type { ChannelView } from '../../contract.ts'
import { InlineMrkdwn } from '../block-kit/mrkdwn.tsx'

/** Tells screen readers what Reagent posted or changed last: the text that Slack puts into notifications. */
export function Announcements({ view: { you, messages, bot } }: { readonly view: ChannelView }) {
  const heard = useRef<{ readonly you: string; readonly texts: ReadonlyMap<string, string> }>(null)
  const said = useRef('')

  const ofBot = messages.filter(({ isBot }) => isBot)
  if (heard.current?.you === you) {
    const { texts } = heard.current
    const news = ofBot.findLast(({ ts, text }) => texts.get(ts) !== text)
    if (news) said.current = `${bot.name}: ${news.text}`
  }
  heard.current = { you, texts: new Map(ofBot.map(({ ts, text }) => [ts, text])) }
  return (
    <div class="unseen" role="status" aria-live="polite">
      <InlineMrkdwn text={said.current} />
    </div>
  )
}
