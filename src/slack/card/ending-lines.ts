import { nameOf, type Run, writesOf } from '../../recovery/index.ts'
import { lasting, plain } from '../mrkdwn.ts'

/** What came of a run and what to do now, as plain lines; empty while it is going on. */
export function endingLines(run: Run): readonly string[] {
  const { state } = run
  switch (state.kind) {
    case 'no-action':
      return [`What to do: ${plain(state.reason, 900)}`]
    case 'recovered':
      return [
        `Proof: Rancher connected after the apply and stable for ${lasting(state.proof.stableForMs)} · agents ready ${plain(state.proof.agents, 80)}`,
        `Written: ${state.written.map((name) => plain(name, 120)).join(', ')}`,
      ]
    case 'verifying':
      return state.sighting?.missing ? [`Still missing: ${plain(state.sighting.missing, 600)}`] : []
    case 'not-recovered':
      return [
        `Still missing: ${plain(state.reason, 600)}`,
        'What to do: nothing was undone. Look at the agents’ log lines, mend what is named above, then ask again.',
      ]
    case 'half-applied':
    case 'unknown':
      return [
        plain(state.failure.message, 600),
        `Written: ${listOf(state.written)}`,
        `Not written: ${listOf(missingOf(state))}`,
        `What to do: ${plain(state.failure.nextStep, 600)} What was written stays; the objects as they were before are kept in the cluster. Asking again shows a plan for the rest.`,
      ]
    case 'failed':
      return [
        plain(state.failure.message, 900),
        `What to do: ${plain(state.failure.nextStep, 600)}`,
      ]
    case 'rejected':
      return [`Reason: ${plain(state.reason, 600)}`]
    case 'expired':
      return ['What to do: ask again when somebody who may approve is there.']
    case 'planned':
      return state.supersededBecause
        ? [
            `The plan before this one no longer held: ${plain(state.supersededBecause, 300)}. Nothing was written. This is the new plan.`,
          ]
        : []
    default:
      return []
  }
}

function missingOf(
  state: Extract<Run['state'], { kind: 'half-applied' | 'unknown' }>,
): readonly string[] {
  return writesOf(state.plan)
    .map(({ ref }) => nameOf(ref))
    .filter((name) => !state.written.includes(name))
}

function listOf(names: readonly string[]): string {
  return names.length > 0 ? names.map((name) => plain(name, 120)).join(', ') : 'nothing'
}
