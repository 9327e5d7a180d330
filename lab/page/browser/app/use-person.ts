import { useCallback, useEffect, useState } from 'preact/hooks'

const FIRST_PERSON = 'oncall'

/** Who one is. The address says it, so that two tabs can be two people. */
export function usePerson(): readonly [string, (person: string) => void] {
  const [person, setPerson] = useState(() => personInAddress())
  useEffect(() => {
    const look = () => setPerson(personInAddress())
    addEventListener('hashchange', look)
    return () => removeEventListener('hashchange', look)
  }, [])
  const become = useCallback((next: string) => {
    history.replaceState(null, '', `#${next}`)
    setPerson(next)
  }, [])
  return [person, become]
}

function personInAddress(): string {
  return decodeURIComponent(location.hash.slice(1)) || FIRST_PERSON
}
