import { stripVTControlCharacters } from 'node:util'

// Everything that a terminal may take as a command or that changes the order in which text is read: C0, DEL, C1, line and
// paragraph separators, direction marks and overrides, zero-width characters.
const UNSAFE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/**
 * Text from outside (Rancher, logs, people) as one harmless line: line breaks and tabs become spaces, escape sequences and control
 * characters are left out.
 */
export function clean(text: string): string {
  return stripVTControlCharacters(text.replace(/[\r\n\t]+/g, ' ')).replace(UNSAFE, '')
}

/** JSON on one line, with those characters escaped, so that it is harmless on a terminal too. */
export function cleanJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
