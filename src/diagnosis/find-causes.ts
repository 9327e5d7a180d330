import type { Cause, Evidence } from '../recovery/index.ts'
import type { Observations } from './observations.ts'
import {
  notFoundOut,
  nothingWrong,
  type Signature,
  signatures,
  symptoms,
  whileConnected,
} from './signatures/index.ts'
import { printable } from './wording.ts'

/**
 * The causes that fit what was seen, the one to deal with first in front; never empty. Pure.
 *
 * Causes that are merely possible come last. The others keep the order of `signatures`: the most fundamental first, because what
 * comes after it cannot show its effect yet. A cause behind one that re-applying does not heal does not ask for a re-apply either: it
 * would change the cluster without bringing it back. A connected cluster has no cause but those that show while it is connected,
 * none of which re-applying heals, so that nothing is planned for it.
 */
export function findCauses(observations: Observations): readonly [Cause, ...Cause[]] {
  const [connected] = recognised([nothingWrong], observations)
  if (connected) return [beside(connected, observations)]
  const found = onePerId(recognised(signatures, observations))
  const isExplained = found.some(({ confidence }) => confidence !== 'possible')
  const causes = isExplained ? found : [...found, ...recognised(symptoms, observations)]
  const [first, ...rest] = causes.toSorted((a, b) => Number(isPossible(a)) - Number(isPossible(b)))
  if (!first) return [{ id: 'not-found-out', ...notFoundOut(observations) }]
  return [
    first,
    ...rest.map((cause, index) => afterOthers(cause, [first, ...rest.slice(0, index)])),
  ]
}

function beside(connected: Cause, observations: Observations): Cause {
  const found = recognised(whileConnected, observations)
  return found.find((cause) => !isPossible(cause) && !cause.reapplyHelps) ?? connected
}

function recognised(table: readonly Signature[], observations: Observations): readonly Cause[] {
  return table.flatMap(({ id, disproof, recognise }) => {
    const finding = recognise(observations)
    return finding ? [{ id, disproof, ...finding, summary: printable(finding.summary) }] : []
  })
}

/** One cause may be seen from two sides, by the worker and by the agents: one entry, with the evidence of both. */
function onePerId(causes: readonly Cause[]): readonly Cause[] {
  const byId = new Map<string, Cause>()
  for (const cause of causes) {
    const seen = byId.get(cause.id)
    const main = seen && (!isPossible(seen) || isPossible(cause)) ? seen : cause
    const evidence = [...main.evidence, ...(seen ? (main === seen ? cause : seen).evidence : [])]
    byId.set(cause.id, { ...main, evidence: evidence.filter(isFirstOfItsKind) })
  }
  return [...byId.values()]
}

function isFirstOfItsKind(evidence: Evidence, index: number, all: readonly Evidence[]): boolean {
  return (
    all.findIndex(({ source, says }) => source === evidence.source && says === evidence.says) ===
    index
  )
}

function afterOthers(cause: Cause, before: readonly Cause[]): Cause {
  const isBlocked = before.some((it) => !it.reapplyHelps && !isPossible(it))
  if (!isBlocked || !cause.reapplyHelps) return cause
  return { ...cause, reapplyHelps: false, remedy: `Only after the above: ${cause.remedy}` }
}

function isPossible({ confidence }: Cause): boolean {
  return confidence === 'possible'
}
