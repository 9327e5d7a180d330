import type { types } from '@slack/bolt'
import { Mrkdwn } from './mrkdwn.tsx'

/** A text object: mrkdwn is drawn, plain text is shown as it is. */
export function Text({ text }: { readonly text: types.TextObject }) {
  if (text.type === 'mrkdwn') return <Mrkdwn text={text.text} />
  return <div class="plain">{text.text}</div>
}
