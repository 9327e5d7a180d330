import { buttonNode } from './buttons.js'
import { element } from './dom.js'
import { inputNode } from './inputs.js'
import { textNodes } from './mrkdwn.js'

/**
 * Blocks as Slack draws them; a grey note stands for a kind that the page does not know. `place` says where they are: `key`
 * of the message or window, `names` of people, and `press(button)`.
 */
export function blockNodes(blocks, place) {
  return blocks.map((block) => {
    const draw = Object.hasOwn(KINDS, block.type) ? KINDS[block.type] : unknownBlock
    return draw(block, place)
  })
}

const KINDS = {
  section: (block, place) =>
    element(
      'div',
      { class: 'block section' },
      element(
        'div',
        { class: 'section-text' },
        textNodes(block.text, place.names),
        block.fields === undefined
          ? null
          : element(
              'div',
              { class: 'fields' },
              block.fields.map((field) => element('div', {}, textNodes(field, place.names))),
            ),
      ),
      block.accessory === undefined ? null : controlNode(block.accessory, place),
    ),
  header: (block, place) =>
    element('h3', { class: 'block header' }, textNodes(block.text, place.names)),
  context: (block, place) =>
    element(
      'div',
      { class: 'block context' },
      block.elements.map((one) =>
        one.type === 'image'
          ? element('span', { class: 'unknown' }, `image: ${one.alt_text}`)
          : element('div', {}, textNodes(one, place.names)),
      ),
    ),
  actions: (block, place) =>
    element(
      'div',
      { class: 'block actions' },
      block.elements.map((one) => controlNode(one, place)),
    ),
  divider: () => element('hr', { class: 'block divider' }),
  input: (block, place) => inputNode(block, place),
}

function unknownBlock({ type }) {
  return element('p', { class: 'block unknown' }, `block of type ${type}`)
}

function controlNode(control, place) {
  return control.type === 'button'
    ? buttonNode(control, place)
    : element('span', { class: 'unknown' }, `control of type ${control.type}`)
}
