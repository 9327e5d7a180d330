import type { types } from '@slack/bolt'
import { useId } from 'preact/hooks'
import { Text } from './text.tsx'

/** An input of a window: label, field, hint, and a place for what is wrong with it. */
export function Input({
  block: { element, label, hint, optional = false, block_id },
  error = '',
}: {
  readonly block: types.InputBlock
  readonly error: string | undefined
}) {
  const id = useId()
  if (element.type !== 'plain_text_input') {
    return <p class="block unknown">input of type {element.type}</p>
  }
  const attributes = {
    id,
    name: element.action_id ?? '',
    maxLength: element.max_length,
    placeholder: element.placeholder?.text,
    required: !optional,
    defaultValue: element.initial_value ?? '',
    'aria-invalid': error !== '',
    'aria-describedby': `${id}-error`,
    'data-first': true,
  }
  return (
    <div class="block input" data-input={block_id}>
      <label for={id}>
        {label.text}
        {optional && <span class="optional"> (optional)</span>}
      </label>
      {element.multiline ? <textarea rows={4} {...attributes} /> : <input {...attributes} />}
      {hint && (
        <div class="hint">
          <Text text={hint} />
        </div>
      )}
      <p class="input-error" id={`${id}-error`} role="alert">
        {error}
      </p>
    </div>
  )
}
