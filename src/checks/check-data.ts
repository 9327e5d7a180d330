import { createPrivateKey } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DataPart } from './contract.ts'
import { Caution, type Check, Finding } from './perform.ts'

/** Where keys and the private Redis are kept can be written, and nobody else can read there. */
export function dataChecks({ directory, isUsed, signingKeyFile }: DataPart): readonly Check[] {
  if (!isUsed) return [signingKeyCheck(signingKeyFile)]
  const directoryCheck: Check = {
    what: 'Data directory',
    async test() {
      const found = await statOf(directory)
      if (found === null) {
        const parent = await nearestExisting(dirname(directory))
        await requireWritable(parent)
        return `${directory} will be made at the first start`
      }
      if (!found.isDirectory()) {
        throw new Finding(`${directory} is no directory`, `Set REAGENT_DATA_DIR to another path.`)
      }
      await requireWritable(directory)
      const mode = (found.mode & 0o777).toString(8).padStart(4, '0')
      if ((found.mode & 0o077) !== 0) {
        return new Caution(
          `${directory} has mode ${mode}: other accounts of this machine can look into it`,
          `Run: chmod 700 ${directory}`,
        )
      }
      return `${directory}, writable, mode ${mode}`
    },
  }
  return [directoryCheck, signingKeyCheck(signingKeyFile, [directoryCheck])]
}

function signingKeyCheck(file: string | null, needs: readonly Check[] = []): Check {
  return {
    what: 'Signing key',
    needs,
    async test() {
      if (file === null) return 'given by the environment'
      const found = await statOf(file)
      if (found === null) return `${file} will be made at the first start`
      const renew = `Move ${file} away: a new one is made at the next start.`
      const pem = await readFile(file, 'utf8').catch((error: unknown) => {
        throw new Finding(
          `${file} cannot be read (${codeOf(error)})`,
          'Give its owner back to this account.',
        )
      })
      if (!isSigningKey(pem)) throw new Finding(`${file} holds no Ed25519 private key`, renew)
      if ((found.mode & 0o077) !== 0) {
        const mode = (found.mode & 0o777).toString(8).padStart(4, '0')
        return new Caution(
          `${file} has mode ${mode}: whoever reads it can sign approvals`,
          `Run: chmod 600 ${file}`,
        )
      }
      return file
    },
  }
}

function isSigningKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'ed25519'
  } catch {
    return false
  }
}

async function statOf(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw new Finding(
      `${path} cannot be looked at (${codeOf(error)})`,
      'Set REAGENT_DATA_DIR to a path that this account may use.',
    )
  }
}

async function nearestExisting(path: string): Promise<string> {
  return (await statOf(path)) === null && dirname(path) !== path
    ? nearestExisting(dirname(path))
    : path
}

async function requireWritable(directory: string): Promise<void> {
  await access(directory, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw new Finding(
      `this account may not write in ${directory} (${codeOf(error)})`,
      'Give it to this account, or set REAGENT_DATA_DIR to another path.',
    )
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
