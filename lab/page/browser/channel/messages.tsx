import { Fragment } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { ChannelView } from '../../contract.ts'
import { dayName } from '../dates.ts'
import { dateOf, Message } from './message.tsx'

const NEAR_THE_END_PX = 60

/** The messages, oldest first. Whoever reads the newest stays with it; whoever has scrolled up stays where they are. */
export function Messages({ view }: { readonly view: ChannelView }) {
  const list = useRef<HTMLOListElement>(null)
  const isAtEnd = useRef(true)
  const stayAtEnd = () => {
    if (list.current && isAtEnd.current) list.current.scrollTop = list.current.scrollHeight
  }
  useLayoutEffect(stayAtEnd)
  useEffect(() => {
    const observer = new ResizeObserver(stayAtEnd)
    if (list.current) observer.observe(list.current)
    return () => observer.disconnect()
  }, [])
  const look = () => {
    if (!list.current) return
    const { scrollHeight, scrollTop, clientHeight } = list.current
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX
    // The browser keeps what is read in its place when something above it grows; at the end, the end is what is read.
    list.current.classList.toggle('at-end', isAtEnd.current)
  }
  return (
    <ol
      ref={list}
      class="messages at-end"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard
      tabIndex={0}
      aria-label={`Messages in #${view.channel}`}
      onScroll={look}
    >
      <li class="start">
        <h2>This is the beginning of #{view.channel}</h2>
        <p>What Reagent finds out and proposes appears here.</p>
      </li>
      {view.messages.map((message, index) => {
        const day = dayName(dateOf(message))
        const before = view.messages[index - 1]
        return (
          <Fragment key={message.ts}>
            {(before === undefined || dayName(dateOf(before)) !== day) && (
              <li class="day">
                <span>{day}</span>
              </li>
            )}
            <Message message={message} botName={view.bot.name} />
          </Fragment>
        )
      })}
    </ol>
  )
}
