import type { types } from '@slack/bolt'
import type { PageMessage } from '../../contract.ts'
import { Button } from './button.tsx'
import { Input } from './input.tsx'
import type { Place } from './place.ts'
import { RichText } from './rich-text.tsx'
import { Text } from './text.tsx'

/** Blocks as Slack draws them. A grey note stands for a kind that the page does not draw. */
export function Blocks({
  blocks,
  place,
  errors = {},
}: {
  readonly blocks: PageMessage['blocks']
  readonly place: Place
  /** What is wrong with an input, by its `block_id`. */
  readonly errors?: Readonly<Record<string, string>>
}) {
  return (
    <>
      {blocks.map((block, index) => (
        <Block
          key={block.block_id ?? index}
          // The lab's Slack has refused whatever is no valid block.
          block={block as types.KnownBlock}
          place={place}
          error={errors[block.block_id ?? '']}
        />
      ))}
    </>
  )
}

function Block({
  block,
  place,
  error,
}: {
  readonly block: types.KnownBlock
  readonly place: Place
  readonly error: string | undefined
}) {
  switch (block.type) {
    case 'section':
      return <Section block={block} place={place} />
    case 'header':
      return <h3 class="block header">{block.text.text}</h3>
    case 'context':
      return (
        <div class="block context">
          {block.elements.map((element, index) =>
            element.type === 'image' ? (
              <Unknown key={element.alt_text} what={`image: ${element.alt_text}`} />
            ) : (
              <Text key={index} text={element} />
            ),
          )}
        </div>
      )
    case 'actions':
      return (
        <div class="block actions">
          {block.elements.map((element) =>
            element.type === 'button' ? (
              <Button
                key={`${element.action_id} ${element.value ?? ''}`}
                button={element}
                place={place}
              />
            ) : (
              <Unknown key={element.action_id} what={`control of type ${element.type}`} />
            ),
          )}
        </div>
      )
    case 'divider':
      return <hr class="block divider" />
    case 'rich_text':
      return <RichText block={block} />
    case 'input':
      return <Input block={block} error={error} />
    default:
      return <Unknown what={`block of type ${block.type}`} />
  }
}

function Section({
  block: { text, fields, accessory },
  place,
}: {
  readonly block: types.SectionBlock
  readonly place: Place
}) {
  return (
    <div class="block section">
      <div class="section-text">
        {text && <Text text={text} />}
        {fields && (
          <div class="fields">
            {fields.map((field, index) => (
              <Text key={index} text={field} />
            ))}
          </div>
        )}
      </div>
      {accessory?.type === 'button' && <Button button={accessory} place={place} />}
      {accessory && accessory.type !== 'button' && (
        <Unknown what={`control of type ${accessory.type}`} />
      )}
    </div>
  )
}

function Unknown({ what }: { readonly what: string }) {
  return <p class="block unknown">{what}</p>
}
