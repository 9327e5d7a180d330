import type { types } from '@slack/bolt'
import type { ComponentChildren } from 'preact'
import { Link } from './link.tsx'
import { Mention } from './mrkdwn.tsx'
import { SlackDate } from './slack-date.tsx'

type Part = types.RichTextBlock['elements'][number]
type Piece = types.RichTextElement

/** A rich_text block: sections, lists, quotes and preformatted text. Nothing in its texts is interpreted. */
export function RichText({ block }: { readonly block: types.RichTextBlock }) {
  return (
    <div class="block rich-text">
      {block.elements.map((part, index) => (
        <RichPart key={index} part={part} />
      ))}
    </div>
  )
}

function RichPart({ part }: { readonly part: Part }) {
  switch (part.type) {
    case 'rich_text_preformatted':
      return <pre>{part.elements.map(piece)}</pre>
    case 'rich_text_quote':
      return <blockquote>{part.elements.map(piece)}</blockquote>
    case 'rich_text_list': {
      const items = part.elements.map((item, index) => (
        <li key={index}>{item.elements.map(piece)}</li>
      ))
      const indent = `indent-${part.indent ?? 0}`
      return part.style === 'ordered' ? (
        <ol class={indent}>{items}</ol>
      ) : (
        <ul class={indent}>{items}</ul>
      )
    }
    default:
      return <div class="plain">{part.elements.map(piece)}</div>
  }
}

function piece(element: Piece): ComponentChildren {
  switch (element.type) {
    case 'text':
      return styled(element.text, element.style)
    case 'link':
      return <Link url={element.url}>{styled(element.text ?? element.url, element.style)}</Link>
    case 'user':
      return <Mention id={element.user_id} />
    case 'date':
      return <SlackDate seconds={element.timestamp} format={element.format} />
    case 'emoji':
      return `:${element.name}:`
    default:
      return `(${element.type})`
  }
}

function styled(
  text: string,
  style: { bold?: boolean; italic?: boolean; strike?: boolean; code?: boolean } = {},
): ComponentChildren {
  const inCode = style.code ? <code>{text}</code> : text
  const struck = style.strike ? <s>{inCode}</s> : inCode
  const slanted = style.italic ? <em>{struck}</em> : struck
  return style.bold ? <strong>{slanted}</strong> : slanted
}
