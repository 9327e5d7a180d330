import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { Person } from './person.ts'

/** One person's yes to one plan of one run, good until `expiresAt`. */
export interface Approval {
  readonly run: string
  readonly digest: string
  readonly by: Person
  readonly at: string
  readonly expiresAt: string
}

/** An approval and the bot's Ed25519 signature over its canonical JSON, in base64. */
export interface SignedApproval {
  readonly approval: Approval
  readonly signature: string
}

/** Signs with the bot's private key, so that writing to Redis is not enough to change a cluster. */
export function signApproval(approval: Approval, privateKey: KeyObject): SignedApproval {
  const signature = sign(null, Buffer.from(canonicalJson(approval)), privateKey)
  return { approval, signature: signature.toString('base64') }
}

/** Whether the holder of the private key signed exactly this approval. */
export function isSignedBy(signed: SignedApproval, verifyKey: KeyObject): boolean {
  const signature = Buffer.from(signed.signature, 'base64')
  return verify(null, Buffer.from(canonicalJson(signed.approval)), verifyKey, signature)
}

/** The public half of a signing key, for a process that both signs and verifies. */
export function verifyKeyOf(privateKey: KeyObject): KeyObject {
  return createPublicKey(privateKey)
}
