import type { Cause, Diagnosis } from '../../recovery/index.ts'
import { plain } from '../mrkdwn.ts'

const SHOWN_CAUSES = 2
const SHOWN_EVIDENCE = 3

/** Cause, why and what else, as plain lines: what comes from Rancher and the cluster stands in plain_text, where nothing is interpreted. */
export function causeLines(diagnosis: Diagnosis): readonly string[] {
  const [first, ...others] = diagnosis.causes
  return [
    `Cause: ${plain(first.summary)} (${first.confidence})`,
    ...evidenceLines(first),
    ...others
      .slice(0, SHOWN_CAUSES - 1)
      .map((cause) => `Perhaps also: ${plain(cause.summary)} (${cause.confidence})`),
    ...diagnosis.looks
      .filter(({ outcome }) => outcome !== 'answered')
      .slice(0, 4)
      .map(
        ({ probe, reason, outcome }) =>
          `Not seen: ${plain(probe, 60)}, ${plain(reason ?? outcome, 160)}`,
      ),
    ...diagnosis.notes.slice(0, 3).map((note) => `Note: ${plain(note)}`),
  ]
}

function evidenceLines({ evidence }: Cause): readonly string[] {
  return evidence.slice(0, SHOWN_EVIDENCE).map((line) => `Why: ${plain(line, 240)}`)
}
