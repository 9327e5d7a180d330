import type { ComponentChildren } from 'preact'

/** A link out of Slack; an address that is none is text. */
export function Link({
  url,
  children,
}: {
  readonly url: string
  readonly children?: ComponentChildren
}) {
  const label = children ?? url.replace(/^mailto:/i, '')
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return <>{label}</>
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {label}
    </a>
  )
}
