const ID_OR_TS = /\b(?:[A-Z][A-Z0-9]{7,}|\d{10}\.\d{6})\b/g

/** The emulator makes up random ids and timestamps; this swaps them for the lab's own, and back, inside any text. */
export interface Translation {
  pair(lab: string, emulator: string): void
  toEmulator(text: string): string
  toLab(text: string): string
}

export function createTranslation(): Translation {
  const emulatorOf = new Map<string, string>()
  const labOf = new Map<string, string>()
  const swap = (text: string, other: ReadonlyMap<string, string>) =>
    text.replaceAll(ID_OR_TS, (id) => other.get(id) ?? id)
  return {
    pair: (lab, emulator) => {
      emulatorOf.set(lab, emulator)
      labOf.set(emulator, lab)
    },
    toEmulator: (text) => swap(text, emulatorOf),
    toLab: (text) => swap(text, labOf),
  }
}
