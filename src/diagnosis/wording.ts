const LINE_LIMIT = 220

/** The first eight digits of a checksum or fingerprint, enough for people to tell two apart. */
export function short(value: string): string {
  const digits = value.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase()
  return digits.length > 8 ? `${digits.slice(0, 8)}…` : digits
}

/**
 * Text from outside as one line for people: no control characters, checksums shortened, anything else that is long enough to be a
 * token left out, at most 220 characters.
 */
export function oneLine(text: string): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replaceAll(/\b[0-9a-f]{64}\b/gi, short)
    .replaceAll(/[A-Za-z0-9+/_=]{40,}/g, '…')
    .trim()
  return line.length > LINE_LIMIT ? `${line.slice(0, LINE_LIMIT - 1)}…` : line
}

/** Text on one line, without control characters and with nothing cut: for sentences that hold parts from outside. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
}

/** A subject or issuer, which Node gives with one part a line: `CN=cattle-ca, O=the-ranch`. */
export function distinguishedName(text: string): string {
  return oneLine(text.trim().split('\n').join(', '))
}

/** A failure's message as part of a sentence. */
export function withoutFullStop(text: string): string {
  return oneLine(text).replace(/\.$/, '')
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`
}
