import { diagnosisOf, isOver, keyOf, type Moment, type Run } from '../../recovery/index.ts'
import { bullet, exactMoment, type Line, labelled, mention, type Part } from '../rich-text.ts'
import { between, isTime, utcTime } from '../times.ts'

interface Step {
  readonly at: string
  readonly words: readonly Part[]
}

/** When a run that was applied went through what, and how long each took: for the incident report. Empty for other runs. */
export function whenLines(run: Run): readonly Line[] {
  if (!isOver(run) || !('written' in run.state)) return []
  const steps = stepsOf(run)
  const [first, final] = [steps[0], steps.at(-1)]
  if (!first || !final) return []
  return [
    // The steps stand in the reader's own zone; their frame in UTC ties them to everybody else's.
    labelled(
      'When',
      `${utcTime(first.at)} until ${utcTime(final.at)}, ${between(first.at, final.at)} in all`,
    ),
    ...steps.map(({ at, words }, index) =>
      bullet(exactMoment(at), ' · ', ...words, ...laterThan(steps[index - 1], at)),
    ),
  ]
}

function laterThan(before: Step | undefined, at: string): readonly Part[] {
  const took = before ? between(before.at, at) : null
  return took ? [`, ${took} later`] : []
}

function stepsOf(run: Run): readonly Step[] {
  const { state, timeline, requestedAt, requestedBy, changedAt } = run
  const lostSince = diagnosisOf(run)?.lostSince
  const approved = last(timeline, 'approved')
  const applied = last(timeline, 'verifying')
  return [
    ...(lostSince && isTime(lostSince) ? [{ at: lostSince, words: ['lost by Rancher'] }] : []),
    { at: requestedAt, words: ['requested by ', ...mention(keyOf(requestedBy))] },
    ...(approved?.by
      ? [{ at: approved.at, words: ['approved by ', ...mention(keyOf(approved.by))] }]
      : []),
    ...(applied ? [{ at: applied.at, words: ['applied'] }] : []),
    ...(state.kind === 'recovered'
      ? [
          { at: state.proof.stableSince, words: ['connected to Rancher'] },
          { at: changedAt, words: ['proved to be back'] },
        ]
      : [{ at: changedAt, words: [state.kind === 'not-recovered' ? 'given up' : 'stopped'] }]),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

function last(timeline: readonly Moment[], what: Moment['what']): Moment | undefined {
  return timeline.findLast((moment) => moment.what === what)
}
