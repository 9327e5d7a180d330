import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Secret } from '../observe/index.ts'
import type { Environment, SecretName } from './environment.ts'

/** Collects what is wrong, so that all of it is reported at once. */
export type Report = (path: string, problem: string) => void

/** A secret from `NAME`, or from the file that `NAME_FILE` names; null when neither is set. */
export function secretFrom(env: Environment, name: SecretName, report: Report): Secret | null {
  const text = env[name]
  const file = env[`${name}_FILE`]
  if (text !== undefined && file !== undefined) {
    report(name, `set either ${name} or ${name}_FILE, not both`)
    return null
  }
  if (file !== undefined) {
    const content = readText(file, `${name}_FILE`, report)
    return content === null ? null : new Secret(content.trim())
  }
  return text === undefined ? null : new Secret(text)
}

/** The text of a file; a problem and null when it cannot be read. */
export function readText(file: string, path: string, report: Report): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    report(path, `cannot read "${file}" (${reason})`)
    return null
  }
}

/** An Ed25519 key from PEM text; a problem and null when it is none. */
export function keyFrom(
  secret: Secret | null,
  name: SecretName,
  half: 'private' | 'public',
  report: Report,
): KeyObject | null {
  if (!secret) return null
  try {
    const pem = secret.reveal()
    const key = half === 'private' ? createPrivateKey(pem) : createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
    report(name, 'expected an Ed25519 key')
  } catch {
    report(name, `expected a ${half} key in PEM`)
  }
  return null
}
