import { useLayoutEffect, useRef } from 'preact/hooks'
import type { PageMessage } from '../../contract.ts'
import { Blocks } from '../block-kit/blocks.tsx'
import { Mrkdwn } from '../block-kit/mrkdwn.tsx'
import { clockTime } from '../dates.ts'

/** One message: who, when, and what. */
export function Message({
  message,
  botName,
}: {
  readonly message: PageMessage
  readonly botName: string
}) {
  const { ts, from, isBot, isEphemeral, isReply, edits } = message
  const date = dateOf(message)
  const item = useRef<HTMLLIElement>(null)
  // A card that is edited must not take the keyboard away from whoever was about to press one of its buttons.
  const hadKeyboard = item.current?.contains(document.activeElement) ?? false
  useLayoutEffect(() => {
    if (hadKeyboard && document.activeElement === document.body) {
      item.current?.focus({ preventScroll: true })
    }
  })
  return (
    <li ref={item} class={`message${isEphemeral ? ' ephemeral' : ''}`} data-ts={ts} tabIndex={-1}>
      {isBot ? (
        <img class="avatar" src="/reagent.svg" alt="" />
      ) : (
        <span class={`avatar face-${from}`} aria-hidden="true">
          {from.slice(0, 1).toUpperCase()}
        </span>
      )}
      <article aria-label={`${isBot ? botName : from}, ${clockTime(date)}`}>
        {isEphemeral && <p class="only-you">Only visible to you</p>}
        <header>
          <span class="name">{isBot ? botName : from}</span>
          {isBot && <span class="app-badge">APP</span>}
          <time dateTime={date.toISOString()} title={date.toLocaleString()}>
            {clockTime(date)}
          </time>
          {/* Slack does not mark edits of a message that has blocks. */}
          {edits > 0 && message.blocks.length === 0 && <span class="edited">(edited)</span>}
          {isReply && <span class="edited">in a thread</span>}
        </header>
        <Body message={message} />
      </article>
    </li>
  )
}

/** The fallback text shows only when there are no blocks, as in Slack. */
function Body({ message: { ts, text, blocks, attachments } }: { readonly message: PageMessage }) {
  if (blocks.length === 0 && attachments.length === 0) return <Mrkdwn text={text} />
  return (
    <>
      <Blocks blocks={blocks} place={{ ts }} />
      {attachments.map((attachment, index) => (
        <div key={index} class="attachment">
          <Blocks blocks={attachment.blocks} place={{ ts }} />
        </div>
      ))}
    </>
  )
}

export function dateOf({ ts }: Pick<PageMessage, 'ts'>): Date {
  return new Date(Number(ts) * 1000)
}
