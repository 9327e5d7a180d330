import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A new Ed25519 pair in PEM: the private half signs decisions (bot), the public half verifies them (workers). */
export function newKeyPair(): { readonly signingKeyPem: string; readonly verifyKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    signingKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    verifyKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

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
    const { signingKeyPem } = newKeyPair()
    // "wx": of two processes that start together, one makes the key and both use that one.
    await writeFile(file, signingKeyPem, { mode: 0o600, flag: 'wx' })
    return createPrivateKey(signingKeyPem)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return createPrivateKey(await readFile(file, 'utf8'))
  }
}
