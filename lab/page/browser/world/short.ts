/** The beginning of a checksum, enough to tell two apart. */
export function short(checksum: string): string {
  return checksum === '' ? 'none' : `${checksum.slice(0, 8)}…`
}
