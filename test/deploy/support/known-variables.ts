import { type Role, type Use, type Variable, variables } from '../../../src/config/index.ts'

/** How a role uses each variable that the configuration reads, `NAME_FILE` included where a file may hold the value. */
export function usesOf(role: Role): ReadonlyMap<string, Use> {
  const all: readonly (readonly [string, Variable])[] = Object.entries(variables)
  return new Map(
    all.flatMap(([name, { use, fromFile }]) =>
      (fromFile ? [name, `${name}_FILE`] : [name]).map((one) => [one, use[role]] as const),
    ),
  )
}
