/** What a program said in one line of a log, without what loggers and viewers put around it. */
export interface LogLine {
  /** The message; an error that the logger keeps in a field of its own follows behind a colon. */
  readonly message: string
  readonly level: Level | null
  /** Who printed it, as far as the wrapping says: a pod, a unit of systemd, a source file. */
  readonly component: string | null
}

export type Level = 'debug' | 'info' | 'warning' | 'error' | 'fatal'

const LONGEST_LINE = 4_000
/** A line comes through a logger, a container runtime, a viewer and a chat at most a few times each. */
const MOST_WRAPPINGS = 8

/** Takes off one wrapping; null when the line is not wrapped so. */
type Unwrap = (line: string) => Partial<LogLine> | null

/** Reads one line as people paste it: any mixture of the wrappings that loggers, runtimes and viewers add. Never throws. */
export function readLine(pasted: string): LogLine {
  let read: LogLine = { message: tidy(pasted), level: null, component: null }
  for (let round = 0; round < MOST_WRAPPINGS; round += 1) {
    const inner = unwrappedOnce(read.message)
    if (!inner) break
    read = {
      message: (inner.message ?? read.message).trim(),
      level: inner.level ?? read.level,
      component: read.component ?? inner.component ?? null,
    }
  }
  return read
}

function unwrappedOnce(line: string): Partial<LogLine> | null {
  for (const unwrap of WRAPPINGS) {
    const inner = unwrap(line)
    if (inner) return inner
  }
  return null
}

/** Without colours, quotation marks of chat and word processors, and beyond 4,000 characters. */
function tidy(text: string): string {
  return text
    .slice(0, LONGEST_LINE)
    .replaceAll(COLOUR, '')
    .replaceAll(/[\u201c\u201d\u201e\u00ab\u00bb]/g, '"')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zs}]+/gu, ' ')
    .replace(/^[\s>`]+/, '')
    .replace(/[\s`]+$/, '')
}
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

const WRAPPINGS: readonly Unwrap[] = [
  json,
  logrus,
  // Rancher up to 2.5 and Go's own log: 2026/11/24 02:11:04 [ERROR] …
  by(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d+)? (?:\[(?<level>[A-Z]+)\] )?(?<message>.+)$/),
  // klog: E1122 21:39:09.647410   24508 streamwatcher.go:109] …
  by(
    /^(?<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ (?<component>[\w./-]+\.go):\d+\] (?<message>.+)$/,
  ),
  // Container runtimes and `--timestamps`: 2026-11-24T02:11:04.123Z stderr F …
  by(
    /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)? +(?:std(?:out|err) [FP] )?(?<message>.+)$/,
  ),
  // journald: Nov 24 02:11:04 w1 rancher-system-agent[991]: …
  by(
    /^(?:[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d )?[\w.-]+ (?<component>[\w.@-]+)\[\d+\]: (?<message>.+)$/,
  ),
  // kubectl logs --prefix: [pod/cattle-cluster-agent-6d9c8c7b5-x2x4q/cluster-register] …
  by(/^\[?pod\/(?<component>[\w.-]+)\/[\w.-]+\]? (?<message>.+)$/),
  // docker compose: rancher_1  | …
  by(/^(?<component>[\w.-]+) +\| (?<message>.+)$/),
  // The start script of the agents, and plain prefixes: ERROR: …, [http] …
  by(/^(?<level>DEBUG|INFO|WARN|WARNING|ERROR|FATAL|FATA|ERRO)(?:\[\d+\]|:) +(?<message>.+)$/),
  by(/^\[(?<component>https?)\] (?<message>.+)$/),
]

function by(pattern: RegExp): Unwrap {
  return (line) => {
    const { message, level, component } = pattern.exec(line)?.groups ?? {}
    if (message === undefined) return null
    return {
      message,
      ...(level !== undefined && { level: levelOf(level) }),
      ...(component !== undefined && { component }),
    }
  }
}

/** `time="…" level=error msg="…" error="…"`, also where the beginning was not copied. */
function logrus(line: string): Partial<LogLine> | null {
  const message = quoted(line, 'msg')
  if (message === null) return null
  const error = quoted(line, 'error')
  const level = /\blevel=(\w+)/.exec(line)?.[1]
  return {
    message: error === null ? message : `${message}: ${error}`,
    ...(level !== undefined && { level: levelOf(level) }),
  }
}

/** A field in quotation marks, which may lack the last one when the line was cut; or one bare word. */
function quoted(line: string, name: string): string | null {
  const found = new RegExp(`\\b${name}=(?:"((?:[^"\\\\]|\\\\.)*)(?:"|$)|([^\\s"]+))`).exec(line)
  const value = found?.[1] ?? found?.[2]
  return value === undefined ? null : value.replaceAll(/\\(["\\])/g, '$1')
}

const MESSAGE_FIELDS = ['log', 'message', 'msg', 'MESSAGE']

/** A line of a JSON logger, of Docker's json-file driver, or of a log collector. */
function json(line: string): Partial<LogLine> | null {
  if (!line.startsWith('{')) return null
  const fields = parsed(line)
  const text = (...names: readonly string[]) =>
    names.map((name) => fields[name]).find((value) => typeof value === 'string')
  const message = text(...MESSAGE_FIELDS)
  if (message === undefined) return null
  const error = text('error', 'err')
  // Rancher's API answers { type: "error", code, message }.
  const code = text('code')
  const level = text('level', 'severity')
  const component = text('logger', '_SYSTEMD_UNIT', 'pod')
  return {
    message: [code, message.trim(), error].filter((part) => part !== undefined).join(': '),
    ...(level !== undefined && { level: levelOf(level) }),
    ...(component !== undefined && { component }),
  }
}

/** The fields of a JSON line; of one that was cut, those in front of the cut. */
function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line)
    return value !== null && typeof value === 'object' ? { ...value } : {}
  } catch {
    const fields = line.matchAll(/"(\w+)":\s*"((?:[^"\\]|\\.)*)/g)
    return Object.fromEntries(
      [...fields].map(([, name = '', value = '']) => [name, value.replaceAll('\\"', '"')]),
    )
  }
}

function levelOf(word: string): Level | null {
  switch (word.toLowerCase().slice(0, 4)) {
    case 'd':
    case 'debu':
    case 'trac':
      return 'debug'
    case 'i':
    case 'info':
      return 'info'
    case 'w':
    case 'warn':
      return 'warning'
    case 'e':
    case 'err':
    case 'erro':
      return 'error'
    case 'f':
    case 'fata':
    case 'pani':
      return 'fatal'
    default:
      return null
  }
}
