import { canonicalJson } from './canonical-json.ts'
import type { Plan, PlannedObject } from './plan.ts'

/**
 * How a plan that was built again compares with the approved one.
 * - `same`: equal digests, nothing of it is in place yet (or the approved plan changes nothing)
 * - `partly-applied`: every object is either in place or would change exactly as approved
 * - `different`: something else changed, so the approval does not cover it
 */
export type Coverage =
  | { readonly kind: 'same' | 'partly-applied' }
  | { readonly kind: 'different'; readonly reason: string }

/** Whether an approval of `approved` covers applying `rebuilt`. */
export function coverageOf(approved: Plan, rebuilt: Plan): Coverage {
  if (approved.digest === rebuilt.digest) return { kind: 'same' }
  const [was, is] = [approved.effects, rebuilt.effects]
  if (was.cluster.uid !== is.cluster.uid)
    return different('the kubeconfig leads to another cluster')
  if (was.rancherUrl !== is.rancherUrl) return different('Rancher’s server-url changed')
  if (was.caChecksum !== is.caChecksum) return different('Rancher’s certificate authority changed')
  if (was.agentImage !== is.agentImage) return different('Rancher’s agent image changed')
  const before = new Map(was.objects.map((object) => [keyOf(object), object]))
  for (const object of is.objects) {
    const approvedObject = before.get(keyOf(object))
    if (!approvedObject) return different(`${object.ref.kind} ${object.ref.name} is new`)
    if (object.action !== 'unchanged' && canonicalJson(object) !== canonicalJson(approvedObject)) {
      return different(`${object.ref.kind} ${object.ref.name} changed`)
    }
  }
  if (is.objects.length !== was.objects.length)
    return different('an object is no longer in the manifest')
  if (canonicalJson(was.rancher ?? []) !== canonicalJson(is.rancher ?? []))
    return different('what Rancher is to be asked for changed')
  return { kind: 'partly-applied' }
}

function different(reason: string): Coverage {
  return { kind: 'different', reason }
}

function keyOf({ ref }: PlannedObject): string {
  return `${ref.kind}/${ref.namespace ?? ''}/${ref.name}`
}
