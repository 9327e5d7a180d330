import type { Diagnosis, Evidence } from '../recovery/index.ts'
import { localTime, timeAndAge } from './times.ts'

/** What is wrong, why we think so, and what to do; one line each. */
export function describeDiagnosis(diagnosis: Diagnosis, now: Date): readonly string[] {
  const [first, ...others] = diagnosis.causes
  const unclear = diagnosis.looks.filter((look) => look.outcome !== 'answered')
  return [
    `${diagnosis.cluster.name}  ${standing(diagnosis, now)}`,
    `Cause   ${first.summary} (${first.confidence})`,
    ...first.evidence.map(evidenceLine),
    `Do      ${first.remedy}`,
    `Unless  ${first.disproof}`,
    ...others.flatMap((cause) => [
      `Also    ${cause.summary} (${cause.confidence})`,
      ...cause.evidence.map(evidenceLine),
      `        ${cause.remedy}`,
    ]),
    ...diagnosis.notes.map((note) => `Note    ${note}`),
    ...unclear.map(
      ({ probe, vantage, outcome, reason }) =>
        `Unseen  ${probe} from the ${vantage}: ${reason ?? outcome.replace('-', ' ')}`,
    ),
  ]
}

function evidenceLine({ source, says, at }: Evidence): string {
  return `        - ${source}${at === null ? '' : `, ${localTime(at)}`}: ${says}`
}

function standing({ rancherState, lostSince }: Diagnosis, now: Date): string {
  if (lostSince !== null) return `lost by Rancher since ${timeAndAge(lostSince, now)}`
  return rancherState === null ? 'Rancher could not be asked' : `${rancherState} in Rancher`
}
