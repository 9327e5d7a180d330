import {
  type Cause,
  type Diagnosis,
  diagnosisOf,
  type Evidence,
  type Run,
} from '../../recovery/index.ts'
import {
  bold,
  bullet,
  type Line,
  labelled,
  moment,
  type Part,
  paragraph,
  prose,
  said,
} from '../rich-text.ts'

const SHOWN_CAUSES = 2
const SHOWN_EVIDENCE = 3
const SHOWN_NOTES = 3
const SHOWN_LOOKS = 3

/** Cause first, then what was seen that says so, then what else to know. All of it comes from Rancher and the cluster. */
export function causeLines(run: Run): readonly Line[] {
  const diagnosis = diagnosisOf(run)
  if (!diagnosis) return []
  const [first, ...others] = diagnosis.causes
  return [
    causeLine(first),
    ...evidenceLines(first),
    ...(run.goal === 'diagnose' ? [labelled('Ruled out if', ...prose(first.disproof, 300))] : []),
    ...others
      .slice(0, SHOWN_CAUSES - 1)
      .map(({ summary, confidence }) =>
        labelled('Perhaps also', said(summary, 300), ` (${confidence})`),
      ),
    ...unseenLines(diagnosis),
    ...diagnosis.notes.slice(0, SHOWN_NOTES).map((note) => labelled('Also', said(note))),
    ...(isUndecided(run) && first.reapplyHelps
      ? [labelled('Remedy', ...prose(first.remedy, 400))]
      : []),
  ]
}

/** Whoever decides must read what the change is good for, and what to make sure of first. */
function isUndecided({ state, goal }: Run): boolean {
  return (
    state.kind === 'diagnosed' ||
    state.kind === 'planned' ||
    (state.kind === 'no-action' && goal === 'diagnose')
  )
}

/** What could not be looked at, where the cause does not say so already. */
function unseenLines({ looks, causes }: Diagnosis): readonly Line[] {
  const told = causes[0].summary
  return looks
    .filter(({ outcome, reason }) => outcome !== 'answered' && !isTold(told, reason))
    .slice(0, SHOWN_LOOKS)
    .map(({ probe, reason, outcome }) =>
      labelled('Not seen', said(probe, 60), ' · ', said(reason ?? outcome, 160)),
    )
}

function isTold(told: string, reason: string | undefined): boolean {
  return reason !== undefined && told.includes(reason.replace(/\.$/, ''))
}

function causeLine({ id, summary, confidence }: Cause): Line {
  if (id === 'nothing-wrong') return labelled('Seen', said(summary, 300))
  if (id === 'not-found-out') return labelled('Cause', 'not found · ', said(summary, 300))
  return labelled('Cause', said(summary, 300), ` (${confidence})`)
}

function evidenceLines({ evidence }: Cause): readonly Line[] {
  const [only, ...others] = evidence
  if (only === undefined) return []
  if (others.length === 0) return [labelled('Why', ...seenThere(only))]
  return [
    paragraph(bold('Why:')),
    ...evidence.slice(0, SHOWN_EVIDENCE).map((each) => bullet(...seenThere(each))),
  ]
}

/** `agent log, 01:57 today: …` */
function seenThere({ source, says, at }: Evidence): readonly Part[] {
  const when: readonly Part[] = at === null ? [] : [', ', moment(at)]
  return [source, ...when, ': ', said(says)]
}
