import type { ComponentChildren } from 'preact'
import { useReader } from '../app/reader.ts'
import { Link } from './link.tsx'
import { SlackDate } from './slack-date.tsx'

/** Slack's mrkdwn, a line each; a fenced block stays whole. */
export function Mrkdwn({ text }: { readonly text: string }) {
  return (
    <>
      {text
        .split(/(```[\s\S]*?```)/)
        .flatMap((part, index) =>
          index % 2 === 1 ? [part] : part === '' ? [] : part.replace(/^\n|\n$/g, '').split('\n'),
        )
        .map((line, index) => (
          <Line key={index} text={line} />
        ))}
    </>
  )
}

// Code spans and <…> are taken whole, so that nothing inside them ends or begins formatting.
const TOKEN =
  /`(?<code>[^`\n]+)`|<(?<reference>[^<>\n]+)>|(?<![\p{L}\p{N}])(?<mark>[*_~])(?!\s|\k<mark>)(?<styled>(?:`[^`\n]+`|<[^<>\n]+>|(?!\k<mark>)[^\n`<])+)(?<!\s)\k<mark>(?![\p{L}\p{N}])/gu

/** One line of mrkdwn without a box around it. Names of emoji stay as they were typed: a clock time such as 10:30:45 looks like one. */
export function InlineMrkdwn({ text }: { readonly text: string }) {
  const pieces: ComponentChildren[] = []
  let end = 0
  for (const match of text.matchAll(TOKEN)) {
    pieces.push(unescaped(text.slice(end, match.index)), <Token {...match.groups} />)
    end = match.index + match[0].length
  }
  return (
    <>
      {pieces}
      {unescaped(text.slice(end))}
    </>
  )
}

function Token({
  code,
  reference,
  mark,
  styled = '',
}: {
  readonly code?: string
  readonly reference?: string
  readonly mark?: string
  readonly styled?: string
}) {
  if (code !== undefined) return <code>{unescaped(code)}</code>
  if (reference !== undefined) return <Reference reference={reference} />
  const inside = <InlineMrkdwn text={styled} />
  if (mark === '*') return <strong>{inside}</strong>
  return mark === '_' ? <em>{inside}</em> : <s>{inside}</s>
}

/** What stands between < and >: somebody, a channel, a time, a link. */
function Reference({ reference }: { readonly reference: string }) {
  const [target = '', ...labels] = reference.split('|')
  const label = labels.length === 0 ? undefined : unescaped(labels.join('|'))
  if (/^@[UW]/.test(target)) return <Mention id={target.slice(1)}>{label}</Mention>
  if (target.startsWith('#')) return <span class="mention">#{label ?? target.slice(1)}</span>
  if (target.startsWith('!date^')) return <DateReference target={target} fallback={label ?? ''} />
  if (target.startsWith('!')) return <span class="mention">{label ?? `@${target.slice(1)}`}</span>
  return <Link url={unescaped(target)}>{label}</Link>
}

function Line({ text }: { readonly text: string }) {
  if (text.startsWith('```') && text.endsWith('```') && text.length >= 6) {
    return <pre>{unescaped(text.slice(3, -3).replace(/^\n|\n$/g, ''))}</pre>
  }
  const quoted = /^&gt; ?/.exec(text)
  if (quoted) {
    return (
      <blockquote>
        <InlineMrkdwn text={text.slice(quoted[0].length)} />
      </blockquote>
    )
  }
  const kind = text.startsWith('• ') ? ' bullet' : /^ {2,}/.test(text) ? ' indented' : ''
  return (
    <div class={`text-line${kind}`}>
      <InlineMrkdwn text={text.trimStart()} />
    </div>
  )
}

export function Mention({
  id,
  children,
}: {
  readonly id: string
  readonly children?: ComponentChildren
}) {
  const { names } = useReader()
  return <span class="mention">@{names.get(id) ?? children ?? id}</span>
}

/** `!date^SECONDS^FORMAT^LINK`; what is no such thing is shown as its fallback. */
function DateReference({
  target,
  fallback,
}: {
  readonly target: string
  readonly fallback: string
}) {
  const [, seconds = '', format = '', url] = target.split('^')
  // More digits would be a time that no calendar has.
  if (!/^\d{1,12}$/.test(seconds)) return <>{fallback}</>
  const date = <SlackDate seconds={Number(seconds)} format={unescaped(format)} />
  return url === undefined ? date : <Link url={unescaped(url)}>{date}</Link>
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' }

function unescaped(text: string): string {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity)
}
