import type { Run } from '../../recovery/index.ts'
import { bold, bullet, type Line, labelled, moment, paragraph, prose, said } from '../rich-text.ts'
import { lasting } from '../times.ts'
import { count, progressOf } from './counts.ts'

const SHOWN_NAMES = 8

/** What came of a run so far: what is seen, what is missing, what went wrong, the proof. Empty where there is nothing to tell. */
export function outcomeLines(run: Run): readonly Line[] {
  const { state } = run
  switch (state.kind) {
    case 'superseded':
      return [labelled('No longer holds', said(state.reason, 300))]
    case 'verifying':
      return sightingLines(state)
    case 'recovered': {
      const { agents, stableForMs, tunnel } = state.proof
      return [
        labelled(
          'Proof',
          `Rancher connected after the change and held for ${lasting(stableForMs)} without a break · agents ready `,
          said(agents, 80),
          ...(tunnel === undefined ? [] : [' · ', said(tunnel, 160)]),
        ),
      ]
    }
    case 'not-recovered':
      return missingLines(state.reason)
    case 'half-applied':
      return [problemLine(state.failure.message), ...progressLines(state, 'Not written')]
    case 'unknown':
      return [problemLine(state.failure.message), ...progressLines(state, 'Not confirmed')]
    case 'failed':
      return [problemLine(state.failure.message)]
    case 'rejected':
      return [labelled('Reason', said(state.reason, 300))]
    default:
      return []
  }
}

function sightingLines({
  sighting,
  brokeOffAt,
}: Extract<Run['state'], { kind: 'verifying' }>): readonly Line[] {
  if (!sighting) return []
  const { agents, rancherState, missing } = sighting
  return [
    labelled('Seen', 'agents ready ', said(agents, 80), ' · Rancher: ', said(rancherState, 40)),
    ...(missing ? missingLines(missing) : []),
    ...(brokeOffAt
      ? [labelled('Broke off', 'at ', moment(brokeOffAt), '; the wait started again from there')]
      : []),
  ]
}

/** What a look missed, one thing a line. */
function missingLines(missing: string): readonly Line[] {
  const things = missing.split('; ')
  if (things.length === 1) return [labelled('Still missing', said(missing, 600))]
  return [
    paragraph(bold('Still missing:')),
    ...things.slice(0, SHOWN_NAMES).map((thing) => bullet(said(thing))),
  ]
}

function problemLine(message: string): Line {
  return labelled('Problem', ...prose(message))
}

function progressLines(
  state: Extract<Run['state'], { kind: 'half-applied' | 'unknown' }>,
  labelOfMissing: string,
): readonly Line[] {
  const { written, missing } = progressOf(state)
  return [...namesUnder('Written', written), ...namesUnder(labelOfMissing, missing)]
}

function namesUnder(label: string, names: readonly string[]): readonly Line[] {
  if (names.length === 0) return [labelled(label, 'nothing')]
  const rest = names.length - SHOWN_NAMES
  return [
    paragraph(bold(`${label}:`)),
    ...names.slice(0, SHOWN_NAMES).map((name) => bullet(said(name, 100))),
    ...(rest > 0 ? [bullet(`and ${count(rest, 'more object')}`)] : []),
  ]
}
