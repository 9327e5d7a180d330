/** The few parts of ASN.1 DER that a certificate is made of. Every function gives one encoded element. */
type Parts = readonly Uint8Array[]

function element(tag: number, ...content: Parts): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff]
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

export const sequence = (...parts: Parts): Buffer => element(0x30, ...parts)
export const set = (...parts: Parts): Buffer => element(0x31, ...parts)
export const octetString = (content: Uint8Array): Buffer => element(0x04, content)
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text))
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.from([value ? 0xff : 0x00]))

/** `unusedBits`: how many bits at the end of the last byte do not count. */
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  element(0x03, Buffer.from([unusedBits]), content)

/** A number that is not negative, big-endian. */
export function integer(bytes: Uint8Array): Buffer {
  const padding = (bytes[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0)
  return element(0x02, padding, bytes)
}

/** `1.2.840.10045.2.1` → OBJECT IDENTIFIER. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(arc: number): number[] {
  const bytes = [arc & 0x7f]
  for (let left = arc >> 7; left > 0; left >>= 7) bytes.unshift(0x80 | (left & 0x7f))
  return bytes
}

/** Whole seconds; UTCTime until 2049 and GeneralizedTime after it, as RFC 5280 §4.1.2.5 asks. */
export function time(at: Date): Buffer {
  const digits = `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
  return at.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits))
}

/** A context-specific tag around whole elements (EXPLICIT, or IMPLICIT over a constructed type). */
export const contextConstructed = (tag: number, ...parts: Parts): Buffer =>
  element(0xa0 | tag, ...parts)

/** A context-specific tag in place of a primitive type's own (IMPLICIT). */
export const contextPrimitive = (tag: number, content: Uint8Array): Buffer =>
  element(0x80 | tag, content)
