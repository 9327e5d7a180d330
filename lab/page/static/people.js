import { byId, element } from './dom.js'

/** Draws who one can be, once; afterwards shows who one is. */
export function showPeople({ people, you }, become) {
  const group = byId('people')
  if (group.querySelector('input') === null) {
    group.append(...people.map((person) => personNode(person, become)))
  }
  for (const radio of group.querySelectorAll('input')) radio.checked = radio.value === you
}

function personNode({ name, realName, may }, become) {
  return element(
    'label',
    { class: 'person', title: realName },
    element('input', {
      type: 'radio',
      name: 'person',
      value: name,
      onchange: () => become(name),
    }),
    element(
      'span',
      { class: `face face-${name}`, 'aria-hidden': 'true' },
      name.slice(0, 1).toUpperCase(),
    ),
    element(
      'span',
      { class: 'about' },
      element('span', { class: 'name' }, name),
      element('span', { class: 'may' }, may),
    ),
  )
}
