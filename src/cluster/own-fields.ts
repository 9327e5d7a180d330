import { appliedFieldsOn } from './annotations.ts'
import type { KubernetesObject } from './contract.ts'
import { recordAt, recordsAt } from './json.ts'
import { FIELD_MANAGER } from './target.ts'

/**
 * Whether an earlier apply of Reagent put this field into the object, by the server's account or, where it keeps none, by Reagent's own.
 * Left out of the next apply, such a field is taken away again.
 *
 * @param path such as `spec`, `template`, `spec`, `tolerations`
 */
export function isOwnField(object: KubernetesObject, ...path: readonly string[]): boolean {
  const [name = '', ...above] = path.toReversed()
  const fields = above.toReversed().map((field) => `f:${field}`)
  const isManaged = recordsAt(object, 'metadata', 'managedFields').some(
    (entry) =>
      entry.manager === FIELD_MANAGER &&
      entry.operation === 'Apply' &&
      `f:${name}` in recordAt(entry, 'fieldsV1', ...fields),
  )
  const own = path.join('.')
  const isBelow = (applied: string) =>
    applied === own || applied.startsWith(`${own}.`) || applied.startsWith(`${own}[`)
  return isManaged || [...appliedFieldsOn(object)].some(isBelow)
}
