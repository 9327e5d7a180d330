import { element } from './dom.js'
import { textNodes } from './mrkdwn.js'

/** An input of a window: label, field, hint, and a place for what is wrong with it. */
export function inputNode(block, { names }) {
  const { element: field, block_id: id } = block
  if (field.type !== 'plain_text_input') {
    return element('p', { class: 'block unknown' }, `input of type ${field.type}`)
  }
  const fieldId = `field-${id}`
  return element(
    'div',
    { class: 'block input', 'data-input': id },
    element(
      'label',
      { for: fieldId },
      block.label.text,
      block.optional ? element('span', { class: 'optional' }, ' (optional)') : null,
    ),
    element(
      field.multiline ? 'textarea' : 'input',
      {
        id: fieldId,
        name: field.action_id,
        rows: field.multiline ? 4 : null,
        maxlength: field.max_length,
        placeholder: field.placeholder?.text,
        required: block.optional !== true,
        'aria-describedby': `error-${id}`,
        ...(field.multiline ? {} : { value: field.initial_value }),
      },
      field.multiline ? (field.initial_value ?? '') : null,
    ),
    block.hint === undefined
      ? null
      : element('div', { class: 'hint' }, textNodes(block.hint, names)),
    element('p', { class: 'input-error', id: `error-${id}`, role: 'alert' }),
  )
}

/** Says at an input what is wrong with it; `''` takes that back. */
export function showInputError(block, text) {
  block.querySelector('.input-error').textContent = text
  block.querySelector('input, textarea').setAttribute('aria-invalid', String(text !== ''))
}
