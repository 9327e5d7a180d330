import {
  entryChanges,
  type FieldChange,
  type Plan,
  type PlannedObject,
  planOf,
  type RancherStep,
  type Run,
  shortDigest,
  stepsOf,
  writesOf,
} from '../../recovery/index.ts'
import { plain } from '../mrkdwn.ts'
import {
  bullet,
  code,
  type Line,
  labelled,
  listed,
  type Part,
  paragraph,
  said,
} from '../rich-text.ts'
import { count, countWrites } from './counts.ts'

const SHOWN_OBJECTS = 6
const SHOWN_FIELDS = 3
const SHOWN_NOTES = 4

/** The change of a run's plan, short enough for the channel; the whole of it is behind a button. Empty without a plan. */
export function changeLines(run: Run): readonly Line[] {
  const plan = planOf(run)
  if (!plan) return []
  const { state } = run
  // What was written and what was not is listed there, object by object.
  const isPartial = state.kind === 'half-applied' || state.kind === 'unknown'
  const newPlan = state.kind === 'planned' ? state.supersededBecause : null
  return [
    ...(newPlan === null ? [] : newPlanLines(newPlan)),
    labelled(labelFor(state), ...summaryOf(run, plan)),
    ...(isPartial
      ? []
      : [...objectLines(plan), ...stepsOf(plan).map((step) => stepLine(step, state))]),
    ...noteLines(plan),
  ]
}

function noteLines({ notes }: Plan): readonly Line[] {
  const rest = notes.length - SHOWN_NOTES
  return [
    ...notes.slice(0, SHOWN_NOTES).map((note) => labelled('Note', said(note, 400))),
    ...(rest > 0 ? [labelled('Note', `${count(rest, 'more note')} behind Whole plan.`)] : []),
  ]
}

function stepLine({ annotation, value }: RancherStep, state: Run['state']): Line {
  const verb = labelFor(state) === 'Applied' ? 'was' : 'is'
  const setting = code(`${annotation}=${value}`)
  return bullet(`then Rancher ${verb} asked to push its own manifest: `, setting)
}

function newPlanLines(reason: string): readonly Line[] {
  return [
    labelled('New plan', 'the plan before this one no longer held: ', said(reason, 300)),
    paragraph('Nothing of it was written, and an approval of it does not count any more.'),
  ]
}

/** `plan 5e21c0d4 · 2 objects to write, 5 unchanged · 4 pods restart`. */
function summaryOf({ state }: Run, plan: Plan): readonly Part[] {
  const unchanged = plan.effects.objects.length - writesOf(plan).length
  const pods = plan.restartsPods === 0 ? 'no pod' : count(plan.restartsPods, 'pod')
  return [
    `plan ${shortDigest(plan.digest)} · ${countWrites(plan)} ${labelFor(state) === 'Applied' ? 'written' : 'to write'}`,
    ...(unchanged > 0 ? [`, ${unchanged} unchanged`] : []),
    // Rancher's push restarts some as well, as a note says.
    ...(plan.restartsPods === 0 && stepsOf(plan).length > 0
      ? []
      : [
          ` · ${pods} ${state.kind === 'recovered' ? 'restarted' : plan.restartsPods > 1 ? 'restart' : 'restarts'}`,
        ]),
  ]
}

/** What is only proposed must not read as if it had been done. */
function labelFor(state: Run['state']): string {
  switch (state.kind) {
    case 'rejected':
    case 'expired':
    case 'failed':
      return 'Not applied'
    case 'recovered':
    case 'not-recovered':
    case 'verifying':
      return 'Applied'
    default:
      return 'Change'
  }
}

function objectLines(plan: Plan): readonly Line[] {
  const writes = writesOf(plan)
  const rest = writes.length - SHOWN_OBJECTS
  return [
    ...writes.slice(0, SHOWN_OBJECTS).map(objectLine),
    ...(rest > 0 ? [bullet(`and ${count(rest, 'more object')}`)] : []),
  ]
}

function objectLine({ ref, action, changes }: PlannedObject): Line {
  const name: readonly Part[] = [`${action} `, said(ref.kind, 40), ' ', code(ref.name)]
  if (action === 'create') return bullet(...name)
  const more = changes.length - SHOWN_FIELDS
  const fields = changes
    .slice(0, SHOWN_FIELDS)
    .flatMap((change, index) => [index === 0 ? ': ' : '; ', ...fieldParts(change)])
  return bullet(...name, ...fields, ...(more > 0 ? [`; ${count(more, 'more field')}`] : []))
}

function fieldParts({ path, from, to }: FieldChange): readonly Part[] {
  const name = said(shortPath(path), 60)
  if (to === undefined) return [name, ' removed']
  const entries = path.includes('env[CATTLE_FEATURES]') ? entryParts(from, to) : null
  if (entries) return [name, ' ', ...entries]
  if (from === undefined) return [name, ' set to ', code(shortValue(to), 40)]
  return [name, ' ', code(shortValue(from), 40), ' → ', code(shortValue(to), 40)]
}

const SHOWN_ENTRIES = 3
/** What decides whether a cluster connects comes first. */
const TELLING_ENTRY = 'multi-cluster-management-agent='

/** `sets multi-cluster-management-agent=true and 8 more; removes fleet=true`. */
function entryParts(from: string | undefined, to: string): readonly Part[] | null {
  const changes = entryChanges(from, to)
  if (!changes) return null
  const shown = (verb: string, entries: readonly string[]): readonly Part[] => {
    if (entries.length === 0) return []
    const first = entries.toSorted(
      (a, b) => Number(b.startsWith(TELLING_ENTRY)) - Number(a.startsWith(TELLING_ENTRY)),
    )
    return [
      `${verb} `,
      ...listed(
        first.map((entry) => [code(entry, 60)]),
        SHOWN_ENTRIES,
      ),
    ]
  }
  const [set, removed] = [shown('sets', changes.set), shown('removes', changes.removed)]
  return [...set, ...(set.length > 0 && removed.length > 0 ? ['; '] : []), ...removed]
}

/** What people recognise of a long path: `CATTLE_CA_CHECKSUM` of a variable, else its end. */
function shortPath(path: string): string {
  const variable = /env\[([^\]]+)\](?:\.value)?$/.exec(path)?.[1]
  const named = /([A-Za-z]+\[[^\]]+\])(?:\.value)?$/.exec(path)?.[1]
  return variable ?? named ?? path.split('.').slice(-2).join('.')
}

/** Checksums and digests by their first eight digits: enough to tell two apart. */
function shortValue(json: string): string {
  return withoutQuotes(json).replace(/\b[0-9a-f]{16,}\b/gi, (hex) => `${hex.slice(0, 8)}…`)
}

/** A value as people write it: JSON text without the quotes of a string. */
export function withoutQuotes(json: string): string {
  return plain(json.replace(/^"(.*)"$/s, '$1'), 400)
}
