/**
 * Who asks or decides. The pair is the identity; display names are never compared (they can be changed by anybody).
 * People at a terminal have the team `local` and their account name on that machine.
 */
export interface Person {
  readonly teamId: string
  readonly userId: string
}

/** `T012/U345`: the form in which people are listed in reagent.yaml and compared. */
export function keyOf(person: Person): string {
  return `${person.teamId}/${person.userId}`
}

export function isSamePerson(a: Person, b: Person): boolean {
  return keyOf(a) === keyOf(b)
}

/** Where the card of a run stands. Null conversations belong to runs from a terminal. */
export interface Conversation {
  readonly teamId: string
  readonly channelId: string
}
