import { canonical, type JsonObject, objectAt, objectsAt, textAt, valueAt } from '../json.ts'
import type { Resource } from './catalog.ts'
import { type FieldError, invalid } from './status.ts'

/** Refuses with 422 what a real API server refuses, as far as an agent manifest can go wrong. */
export function validate(object: JsonObject, before: JsonObject | null, resource: Resource): void {
  const errors = errorsIn(object, before, resource)
  if (errors.length > 0) throw invalid(resource, textAt(object, 'metadata', 'name'), errors)
}

function errorsIn(
  object: JsonObject,
  before: JsonObject | null,
  { kind }: Resource,
): readonly FieldError[] {
  const name = textAt(object, 'metadata', 'name')
  const nameError =
    /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name) || kind.includes('Role')
      ? []
      : [invalidValue('metadata.name', JSON.stringify(name), RULE_FOR_NAMES)]
  switch (kind) {
    case 'Deployment':
    case 'DaemonSet':
    case 'ReplicaSet':
      return [
        ...nameError,
        ...workloadErrors(object),
        ...immutable('spec.selector', object, before),
      ]
    case 'Pod':
      return [...nameError, ...containerErrors(objectAt(object, 'spec'), 'spec')]
    case 'ClusterRoleBinding':
      return [
        ...(textAt(object, 'roleRef', 'name') ? [] : [required('roleRef.name')]),
        ...immutable('roleRef', object, before),
      ]
    case 'Secret':
      return [...nameError, ...immutable('type', object, before)]
    default:
      return nameError
  }
}

const RULE_FOR_NAMES =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

function workloadErrors(object: JsonObject): readonly FieldError[] {
  const wanted = objectAt(object, 'spec', 'selector', 'matchLabels')
  const labels = objectAt(object, 'spec', 'template', 'metadata', 'labels')
  const hasSelector = Object.keys(wanted).length > 0
  const isMatch =
    hasSelector && Object.entries(wanted).every(([key, value]) => labels[key] === value)
  const shown = Object.entries(labels).map(([key, value]) => `"${key}":"${value}"`)
  const map = shown.length > 0 ? `map[string]string{${shown.join(', ')}}` : 'map[string]string(nil)'
  return [
    ...(hasSelector ? [] : [required('spec.selector')]),
    ...(isMatch
      ? []
      : [
          invalidValue(
            'spec.template.metadata.labels',
            map,
            '`selector` does not match template `labels`',
          ),
        ]),
    ...containerErrors(objectAt(object, 'spec', 'template', 'spec'), 'spec.template.spec'),
  ]
}

function containerErrors(podSpec: JsonObject, path: string): readonly FieldError[] {
  const containers = objectsAt(podSpec, 'containers')
  if (containers.length === 0) return [required(`${path}.containers`)]
  return containers.flatMap((container, index) =>
    ['name', 'image']
      .filter((field) => !textAt(container, field))
      .map((field) => required(`${path}.containers[${index}].${field}`)),
  )
}

function immutable(
  path: string,
  object: JsonObject,
  before: JsonObject | null,
): readonly FieldError[] {
  if (!before) return []
  const [now, then] = [object, before].map((found) => valueAt(found, ...path.split('.')))
  return canonical(now) === canonical(then)
    ? []
    : [invalidValue(path, canonical(now), 'field is immutable')]
}

function required(field: string): FieldError {
  return { reason: 'FieldValueRequired', message: 'Required value', field }
}

function invalidValue(field: string, shown: string, why: string): FieldError {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${shown}: ${why}`, field }
}
