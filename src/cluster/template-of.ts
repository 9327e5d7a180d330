import { isDeepStrictEqual } from 'node:util'
import { type JsonRecord, recordsAt, textAt } from './json.ts'

/**
 * Whether a pod was made from the template that its workload has now, as far as an agent goes: image, variables and credentials of
 * each container of the template. Admission may have added others, which does not count. A pod may be so and yet be older than the
 * workload's last change: an apply that takes a rollout back keeps those that it had not reached.
 */
export function isOfTemplate(pod: JsonRecord, workload: JsonRecord): boolean {
  const template = recordsAt(workload, 'spec', 'template', 'spec', 'containers')
  const own = recordsAt(pod, 'spec', 'containers')
  const isEachThere = template.every((container) => {
    const there = own.find(({ name }) => name === container.name)
    return there !== undefined && isSameAgent(container, there)
  })
  const wanted = secretsOf(recordsAt(workload, 'spec', 'template', 'spec', 'volumes'))
  const mounted = secretsOf(recordsAt(pod, 'spec', 'volumes'))
  return isEachThere && wanted.every((secret) => mounted.includes(secret))
}

function isSameAgent(container: JsonRecord, there: JsonRecord): boolean {
  const variables = recordsAt(there, 'env')
  return (
    container.image === there.image &&
    recordsAt(container, 'env').every((entry) =>
      variables.some((variable) => isDeepStrictEqual(variable, entry)),
    )
  )
}

function secretsOf(volumes: readonly JsonRecord[]): readonly string[] {
  return volumes.flatMap((volume) => textAt(volume, 'secret', 'secretName') ?? [])
}
