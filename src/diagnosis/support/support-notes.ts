import { answerIn, type Observations } from '../observations.ts'
import { judgeSupport, type SupportVerdict } from './judge-support.ts'

/** What is outside of Rancher’s support matrix, for the card: warnings only, none while Rancher’s version is not known. */
export function supportNotes(observations: Observations): readonly string[] {
  return unsupportedIn(observations).map(({ text }) => `${text} (warning)`)
}

/** The container runtimes that Rancher does not support, a sentence without a full stop each. */
export function unsupportedRuntimes(observations: Observations): readonly string[] {
  return unsupportedIn(observations)
    .filter(({ about }) => about === 'runtime')
    .map(({ text }) => text)
}

function unsupportedIn(observations: Observations): readonly SupportVerdict[] {
  const rancher = answerIn(observations.version)
  if (!rancher) return []
  const record = answerIn(observations.record)
  const verdicts = judgeSupport({
    rancher,
    driver: record?.driver ?? '',
    provider: record?.provider ?? '',
    kubernetesVersion:
      answerIn(observations.apiServer)?.version ?? record?.kubernetesVersion ?? null,
    nodes: answerIn(observations.agents)?.nodes ?? [],
  })
  return verdicts.filter(({ kind }) => kind === 'unsupported')
}
