import { type Moment, nameOf, type Run, writesOf } from '../../src/recovery/index.ts'
import { cardText, type LabMessage } from '../slack/index.ts'

/** One line of a transcript. */
export type Line = { readonly type: string } & Readonly<Record<string, unknown>>

/** What happened in a scenario, line by line. The same seed gives the same lines but for `at` and `seconds`. */
export interface Transcript {
  write(line: Line): void
  /** Writes what happened to a run since it was last followed. */
  follow(run: Run): void
  writeCard(card: LabMessage): void
}

/** Hands each line on as it comes, with the time of `clock`. Ids and hashes that differ from run to run get stable names. */
export function createTranscript(emit: (line: Line) => void, clock: () => Date): Transcript {
  const names = new Map<string, string>()
  const followed = new Map<string, number>()

  function stable(kind: string, value: string): string {
    const known = names.get(value)
    if (known) return known
    const count = [...names.values()].filter((name) => name.startsWith(`${kind}-`)).length
    const name = `${kind}-${count + 1}`
    names.set(value, name)
    return name
  }

  function write(line: Line): void {
    emit({ at: clock().toISOString(), ...maskedLine(line) })
  }

  return {
    write,
    follow(run) {
      const seen = followed.get(run.id) ?? 0
      followed.set(run.id, run.timeline.length)
      const id = stable('run', run.id)
      for (const moment of run.timeline.slice(seen)) {
        write({
          type: 'run',
          run: id,
          ...momentLine(moment),
          ...detailsOf(moment, run),
          at: moment.at,
        })
      }
    },
    writeCard(card) {
      write({ type: 'card', text: cardText(card) })
    },
  }
}

function momentLine({ what, by, object }: Moment) {
  return { what, ...(by ? { by: by.userId } : {}), ...(object ? { object } : {}) }
}

/** Why, and what, where that is known by now: the line of a diagnosis names the cause, that of a plan its writes. */
function detailsOf({ what }: Moment, { state }: Run) {
  if (what === 'diagnosed' && 'diagnosis' in state && state.diagnosis) {
    return { causes: state.diagnosis.causes.map(({ id, confidence }) => `${id} (${confidence})`) }
  }
  if (what === 'planned' && 'plan' in state && state.plan) {
    return { writes: writesOf(state.plan).map(({ ref, action }) => `${action} ${nameOf(ref)}`) }
  }
  if ('failure' in state && what === state.kind) return { code: state.failure.code }
  return {}
}

function maskedLine({ type, at, ...facts }: Line): Line {
  const fields = Object.entries(facts).map(([key, value]) => [
    key,
    typeof value === 'string' ? masked(value) : value,
  ])
  return { type, ...(at === undefined ? {} : { at }), ...Object.fromEntries(fields) }
}

const ROLLOUT =
  /(?:• )?(?:Deployment|DaemonSet) [\w-]+: (?:\d+ of \d+ pods are new and ready|its rollout is not complete yet)(?:; |\n)/g

/** Hides what no seed can fix: hashes of fresh keys, ports, lengths of time, clock times, and how far pods had come at one. */
function masked(text: string): string {
  return (
    text
      .replace(/<!date\^\d+\^[^>]*>/g, '<time>')
      .replace(/\br-[2-9a-z]{8}\b/g, 'r-########')
      .replace(/\b(?:[0-9A-F]{2}:){3,}[0-9A-F]{2}\b/gi, '##:##')
      .replace(/\b[0-9a-f]{4,64}(?=…)/g, '####')
      .replace(/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\b/g, '########')
      .replace(/\bplan [0-9a-f]{8}\b/g, 'plan ########')
      .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:####')
      .replace(/\b\d+ min \d\d s\b/g, '# s')
      .replace(/\b\d+(?:\.\d+)? (?:ms|s|min|seconds?|minutes?)\b/g, '# s')
      .replace(/\b\d\d:\d\d UTC on \d+ [A-Z][a-z]+\b/g, '<time>')
      .replace(/\b\d{4}-\d\d-\d\d(?:T[\d:.]+Z| [\d:]+ UTC)/g, '<time>')
      // Agents that cannot get through start again and again, so which of them are up is a matter of the moment.
      .replace(ROLLOUT, '')
      .replace('Still missing:\n• ', 'Still missing: ')
  )
}
