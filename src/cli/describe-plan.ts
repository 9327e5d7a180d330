import {
  entryChanges,
  type FieldChange,
  nameOf,
  type Plan,
  type PlannedObject,
  type RancherStep,
  shortDigest,
  stepsOf,
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
    ...stepsOf(plan).map(describeStep),
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
    ...changes.flatMap((change) =>
      [describeChange(change), ...describeEntries(change)].map((line) => `              ${line}`),
    ),
    ...(takesOverFrom.length > 0
      ? [`              takes over fields from ${takesOverFrom.join(', ')}`]
      : []),
  ]
}

function describeStep({ annotation, value, cluster }: RancherStep): string {
  return `  ask       Rancher, once the objects are in place, to push its own manifest to ${cluster} (${annotation}=${value})`
}

function describeChange({ path, from, to }: FieldChange): string {
  if (from === undefined) return `${path}  ${to ?? ''}`
  return `${path}  ${from} → ${to ?? '(removed)'}`
}

/** In a list of features the one that changed is hard to find. */
function describeEntries({ path, from, to }: FieldChange): readonly string[] {
  if (!path.includes('env[CATTLE_FEATURES]') || from === undefined || to === undefined) return []
  const changes = entryChanges(from, to)
  return [
    ...(changes?.set.map((entry) => `  sets ${entry}`) ?? []),
    ...(changes?.removed.map((entry) => `  removes ${entry}`) ?? []),
  ]
}
