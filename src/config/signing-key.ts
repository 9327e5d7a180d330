import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export function signingKeyFile(dataDirectory: string): string {
  return join(dataDirectory, 'signing-key.pem')
}

/**
 * The private Ed25519 key of this installation, kept in the data directory (mode 0600) and made at the first start.
 * Good for one machine; separate bots and workers get their halves by environment.
 */
export async function ownSigningKey(dataDirectory: string): Promise<KeyObject> {
  const file = signingKeyFile(dataDirectory)
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  try {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
    // "wx": of two processes that start together, one makes the key and both use that one.
    await writeFile(file, pem, { mode: 0o600, flag: 'wx' })
    return privateKey
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return createPrivateKey(await readFile(file, 'utf8'))
  }
}
