import { randomUUID } from 'node:crypto'
import { rename, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '../recovery/index.ts'

/**
 * Writes a file that must not exist yet. With `force` an existing one is replaced: the name then leads to the new file, so neither
 * the mode of the old one nor a symbolic link there matters. Fails with `file.exists` or `file.unwritable`.
 */
export async function writeNewFile(
  file: string,
  text: string,
  { mode, force }: { readonly mode: number; readonly force: boolean },
): Promise<void> {
  const target = force ? join(dirname(file), `.reagent-${randomUUID()}`) : file
  try {
    await writeFile(target, text, { mode, flag: 'wx' })
    if (force) await rename(target, file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'EEXIST') throw new Failure('file.exists', { file })
    await unlink(target).catch(() => undefined)
    throw new Failure('file.unwritable', { file, reason: code }, { cause: error })
  }
}

/** A cluster's name as part of a file name: letters, digits, dots and dashes stay, so it cannot lead to another folder. */
export function asFileNamePart(cluster: string): string {
  return cluster.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 100) || 'cluster'
}
