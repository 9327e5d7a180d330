/**
 * Creates an element. Attributes that are null, undefined or false are left out, true is an empty one; `onclick` and the like
 * become listeners. Strings among the children are text, never markup.
 */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key.slice(2), value)
    else if (value === true) node.setAttribute(key, '')
    else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(key, String(value))
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined))
  return node
}

/** The element with this id, which index.html has. */
export function byId(id) {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

/** Changes text only when it differs, so that screen readers are not told the same twice. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}
