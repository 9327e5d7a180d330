import type { ObservedCondition, ObservedEvent } from './contract.ts'
import { type JsonRecord, recordsAt, textAt } from './json.ts'
import { redact } from './redact.ts'

/** The conditions in an object's status. */
export function conditionsOf(object: JsonRecord): readonly ObservedCondition[] {
  return recordsAt(object, 'status', 'conditions').map((condition) => ({
    type: textAt(condition, 'type') ?? '',
    status: textAt(condition, 'status') ?? '',
    reason: textAt(condition, 'reason') ?? '',
    message: redact(textAt(condition, 'message') ?? ''),
    at: isoTimeOf(textAt(condition, 'lastTransitionTime')),
  }))
}

export function eventOf(event: JsonRecord): ObservedEvent {
  const about = (field: string) => textAt(event, 'involvedObject', field) ?? ''
  return {
    reason: textAt(event, 'reason') ?? '',
    message: redact(textAt(event, 'message') ?? ''),
    about: `${about('kind')} ${about('name')}`.trim(),
    at: isoTimeOf(
      textAt(event, 'lastTimestamp') ??
        textAt(event, 'eventTime') ??
        textAt(event, 'metadata', 'creationTimestamp'),
    ),
  }
}

/** A time as the cluster writes it, as an ISO time; null for a text that is none. */
export function isoTimeOf(text: string | null): string | null {
  const ms = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
