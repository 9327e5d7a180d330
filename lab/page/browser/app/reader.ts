import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

interface ReaderContext {
  /** Name of the person who looks. */
  readonly you: string
  /** Names of people and of the bot, by id. */
  readonly names: ReadonlyMap<string, string>
  /** Says what went wrong. */
  readonly complain: (text: string) => void
}

export const Reader = createContext<ReaderContext>({
  you: '',
  names: new Map(),
  complain: () => undefined,
})

/** Who looks at the page, and how they are told that something went wrong. */
export function useReader(): ReaderContext {
  return useContext(Reader)
}
