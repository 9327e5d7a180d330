import {
  type FieldChange,
  nameOf,
  type Plan,
  type PlannedObject,
  shortDigest,
  writesOf,
} from '../recovery/index.ts'

/** A plan in full: every object, every field from → to, everything an approver should read. */
export function describePlan(plan: Plan): readonly string[] {
  const { cluster, rancherUrl, caChecksum, agentImage, objects } = plan.effects
  const unchanged = objects.filter((object) => object.action === 'unchanged')
  return [
    `Plan ${shortDigest(plan.digest)} for ${cluster.name}`,
    `  cluster   ${cluster.id}, uid ${cluster.uid}`,
    `  Rancher   ${rancherUrl}, ${caChecksum === '' ? 'public authority' : `CA ${caChecksum}`}`,
    `  image     ${agentImage}`,
    ...writesOf(plan).flatMap(describeObject),
    ...(unchanged.length > 0
      ? [`  unchanged ${unchanged.map(({ ref }) => nameOf(ref)).join(', ')}`]
      : []),
    `  restarts  ${plan.restartsPods} ${plan.restartsPods === 1 ? 'pod' : 'pods'}`,
    ...plan.notes.map((note) => `  note      ${note}`),
  ]
}

function describeObject({ ref, action, changes, takesOverFrom }: PlannedObject): readonly string[] {
  return [
    `  ${action.padEnd(9)} ${nameOf(ref)} (${ref.apiVersion})`,
    ...changes.map((change) => `              ${describeChange(change)}`),
    ...(takesOverFrom.length > 0
      ? [`              takes over fields from ${takesOverFrom.join(', ')}`]
      : []),
  ]
}

function describeChange({ path, from, to }: FieldChange): string {
  if (from === undefined) return `${path}  ${to ?? ''}`
  return `${path}  ${from} → ${to ?? '(removed)'}`
}
