import { isAbsolute, resolve } from 'node:path'

/** A path of the configuration file, which starts at the folder of that file. */
export function inFolder(folder: string, path: string): string {
  return isAbsolute(path) ? path : resolve(folder, path)
}
