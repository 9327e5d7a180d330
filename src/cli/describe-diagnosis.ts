import type { Diagnosis } from '../recovery/index.ts'
import { timeAndAge } from './times.ts'

/** What is wrong, why we think so, and what to do; one line each. */
export function describeDiagnosis(diagnosis: Diagnosis, now: Date): readonly string[] {
  const [first, ...others] = diagnosis.causes
  const unclear = diagnosis.looks.filter((look) => look.outcome !== 'answered')
  return [
    `${diagnosis.cluster.name}  ${standing(diagnosis, now)}`,
    `Cause   ${first.summary} (${first.confidence})`,
    ...first.evidence.map((evidence) => `        - ${evidence}`),
    `Do      ${first.remedy}`,
    ...others.flatMap((cause) => [
      `Also    ${cause.summary} (${cause.confidence})`,
      ...cause.evidence.map((evidence) => `        - ${evidence}`),
      `        ${cause.remedy}`,
    ]),
    ...diagnosis.notes.map((note) => `Note    ${note}`),
    ...unclear.map(
      ({ probe, vantage, outcome, reason }) =>
        `Unseen  ${probe} from the ${vantage}: ${reason ?? outcome.replace('-', ' ')}`,
    ),
  ]
}

function standing({ rancherState, lostSince }: Diagnosis, now: Date): string {
  if (lostSince !== null) return `lost by Rancher since ${timeAndAge(lostSince, now)}`
  return rancherState === null ? 'Rancher could not be asked' : `${rancherState} in Rancher`
}
