import {
  type FieldChange,
  type Plan,
  type PlannedObject,
  type RancherStep,
  stepsOf,
  writesOf,
} from '../../recovery/index.ts'
import {
  bold,
  bullet,
  code,
  type Line,
  labelled,
  listed,
  type Part,
  paragraph,
  said,
} from '../rich-text.ts'
import { withoutQuotes } from './change-lines.ts'
import { count } from './counts.ts'

const SHOWN_MANAGERS = 5
const SHOWN_UNCHANGED = 50

/** Everything that an approval covers, with all digits: what changes with every field, then what stays, then what to know. */
export function wholePlanLines(plan: Plan): readonly Line[] {
  const { cluster, rancherUrl, caChecksum, agentImage, objects } = plan.effects
  const unchanged = objects.filter(({ action }) => action === 'unchanged')
  const names = unchanged.map(({ ref }) => [said(`${ref.kind} ${ref.name}`, 200)])
  return [
    labelled('Cluster', code(cluster.name), ' · ', code(cluster.id), ' · uid ', code(cluster.uid)),
    labelled('Rancher', code(rancherUrl, 300)),
    labelled(
      'Its certificate authority',
      caChecksum === '' ? 'a public one' : code(caChecksum, 64),
    ),
    labelled('Agent image', code(agentImage, 300)),
    labelled('Digest', code(plan.digest, 64)),
    labelled('Restarts', count(plan.restartsPods, 'pod')),
    ...writesOf(plan).flatMap(objectLines),
    ...stepsOf(plan).map(stepLine),
    ...(names.length > 0 ? [labelled('Unchanged', ...listed(names, SHOWN_UNCHANGED))] : []),
    ...plan.notes.map((note) => labelled('Note', said(note, 500))),
  ]
}

function objectLines({ ref, action, changes, takesOverFrom }: PlannedObject): readonly Line[] {
  const managers = takesOverFrom.map((manager) => [code(manager)])
  return [
    paragraph(
      bold(action),
      ' ',
      said(ref.kind, 60),
      ' ',
      code(ref.name, 253),
      ...(ref.namespace ? [' in ', code(ref.namespace)] : []),
    ),
    ...changes.map((change) => bullet(...fieldParts(change))),
    ...(managers.length > 0
      ? [bullet('takes these fields over from ', ...listed(managers, SHOWN_MANAGERS))]
      : []),
  ]
}

function stepLine({ annotation, value, cluster }: RancherStep): Line {
  return paragraph(
    bold('ask'),
    ' Rancher, once the objects are in place, to push its own manifest to ',
    code(cluster),
    ': ',
    code(`${annotation}=${value}`),
  )
}

function fieldParts({ path, from, to }: FieldChange): readonly Part[] {
  const value = (json: string | undefined): Part =>
    json === undefined ? 'nothing' : code(withoutQuotes(json), 400)
  return [code(path, 300), ' ', value(from), ' → ', value(to)]
}
