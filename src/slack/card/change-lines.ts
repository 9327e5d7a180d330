import { type FieldChange, type Plan, type PlannedObject, writesOf } from '../../recovery/index.ts'
import { code, escapeText, plain } from '../mrkdwn.ts'

const SHOWN_OBJECTS = 8
const SHOWN_FIELDS = 3

/** The change of a plan, object by object, short enough for the channel; the whole of it is behind a button. */
export function changeLines(plan: Plan): readonly string[] {
  const writes = writesOf(plan)
  const unchanged = plan.effects.objects.length - writes.length
  const tail = [
    ...(writes.length > SHOWN_OBJECTS ? [`and ${writes.length - SHOWN_OBJECTS} more objects`] : []),
    ...(unchanged > 0 ? [`${unchanged} objects unchanged`] : []),
    ...(plan.restartsPods > 0 ? [`restarts ${plan.restartsPods} pods`] : []),
  ]
  const lines = [
    ...writes.slice(0, SHOWN_OBJECTS).map((object) => `• ${objectLine(object)}`),
    ...(tail.length > 0 ? [tail.join(' · ')] : []),
  ]
  // Slack takes no section without text.
  return lines.length > 0 ? lines : ['no objects']
}

/** What changes with every field, then what stays, for the window behind "Whole plan". */
export function wholePlanLines(plan: Plan): readonly string[] {
  const unchanged = plan.effects.objects.filter(({ action }) => action === 'unchanged')
  const names = unchanged.map(({ ref }) => `${escapeText(ref.kind)} ${code(ref.name)}`)
  return [
    ...writesOf(plan).flatMap(writeLines),
    ...(names.length > 0 ? [`*unchanged* ${names.join(', ')}`] : []),
  ]
}

function writeLines(object: PlannedObject): readonly string[] {
  return [
    `*${object.action}* ${escapeText(object.ref.kind)} ${code(object.ref.name)}`,
    ...object.changes.map((change) => `    ${fieldLine(change, 400)}`),
    ...(object.takesOverFrom.length > 0
      ? [
          `    takes fields over from ${object.takesOverFrom.map((manager) => code(manager)).join(', ')}`,
        ]
      : []),
  ]
}

function objectLine({ ref, action, changes }: PlannedObject): string {
  const name = `*${action}* ${escapeText(ref.kind)} ${code(ref.name)}`
  if (action === 'create') return name
  const more = changes.length - SHOWN_FIELDS
  const fields = changes.slice(0, SHOWN_FIELDS).map((change) => fieldLine(change, 24))
  return `${name}: ${fields.join('; ')}${more > 0 ? `; ${more} more fields` : ''}`
}

function fieldLine({ path, from, to }: FieldChange, limit: number): string {
  const short = limit < 100 ? lastPart(path) : path
  const before = from === undefined ? 'nothing' : code(unquoted(from), limit)
  const after = to === undefined ? 'nothing' : code(unquoted(to), limit)
  return `${code(short, 200)} ${before} → ${after}`
}

/** `env[CATTLE_CA_CHECKSUM]` of a long path: what people recognise. */
function lastPart(path: string): string {
  const named = /([A-Za-z]+\[[^\]]+\])(?:\.value)?$/.exec(path)?.[1]
  return named ?? path.split('.').slice(-2).join('.')
}

function unquoted(json: string): string {
  return plain(json.replace(/^"(.*)"$/, '$1'), 400)
}
