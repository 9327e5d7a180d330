import { canonical, type JsonObject, objectAt, textAt } from '../json.ts'
import { seededCharacters } from '../seeded.ts'

/** Tells revisions of a workload's template apart, in characters that may stand in names and labels. */
export type RevisionOf = (workload: JsonObject, length: number) => string

/** Real hashes depend on keys and addresses that are never the same; these only on the seed and on which template came when. */
export function createRevisions(seed: number): RevisionOf {
  const templates = new Map<string, string[]>()
  return (workload, length) => {
    const name = textAt(workload, 'metadata', 'name')
    const template = canonical(objectAt(workload, 'spec', 'template'))
    const known = templates.get(name) ?? []
    templates.set(name, known)
    if (!known.includes(template)) known.push(template)
    return seededCharacters(seed, `${name} revision ${known.indexOf(template)}`, length)
  }
}
