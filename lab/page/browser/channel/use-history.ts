import { useRef } from 'preact/hooks'

/** What this person said, to be recalled. */
export function useHistory(person: string) {
  const said = useRef(new Map<string, readonly string[]>())
  const recalled = useRef(0)
  return {
    add(text: string) {
      said.current.set(person, [...(said.current.get(person) ?? []), text])
      recalled.current = 0
    },
    /** One further back (1) or forth (-1); `''` after the newest. */
    recall(step: number): string {
      const lines = said.current.get(person) ?? []
      recalled.current = Math.min(Math.max(recalled.current + step, 0), lines.length)
      return lines[lines.length - recalled.current] ?? ''
    },
  }
}
