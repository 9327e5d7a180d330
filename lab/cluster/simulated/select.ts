import { type JsonObject, objectAt, valueAt } from '../json.ts'

/** What `labelSelector` and `fieldSelector` let through: `a=b`, `a==b`, `a!=b`, `a`, `!a`, `a in (b,c)`, `a notin (b)`. */
export function selectorFrom(query: URLSearchParams): (object: JsonObject) => boolean {
  const labels = requirementsIn(query.get('labelSelector') ?? '')
  const fields = requirementsIn(query.get('fieldSelector') ?? '')
  return (object) =>
    labels.every((isMet) => isMet((key) => objectAt(object, 'metadata', 'labels')[key])) &&
    fields.every((isMet) => isMet((path) => valueAt(object, ...path.split('.'))))
}

type Requirement = (read: (key: string) => unknown) => boolean

function requirementsIn(selector: string): readonly Requirement[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): Requirement => {
      const set = /^(\S+) (in|notin) \((.*)\)$/.exec(part)
      if (set) {
        const values = (set[3] ?? '').split(',').map((value) => value.trim())
        const isWanted = set[2] === 'in'
        return (read) => values.includes(String(read(set[1] ?? '') ?? '')) === isWanted
      }
      const pair = /^([^!=]+)(!=|==?)(.*)$/.exec(part)
      if (pair) {
        const [, key = '', operator, value] = pair
        return (read) => (String(read(key.trim()) ?? '') === value) === (operator !== '!=')
      }
      if (part.startsWith('!')) return (read) => read(part.slice(1)) === undefined
      return (read) => read(part) !== undefined
    })
}
