import {
  agentCrashing,
  agentImageUnavailable,
  agentsMissing,
  agentsScaledToZero,
  credentialsMissing,
} from './agent-pods.ts'
import { apiServerUnreachable } from './api-server.ts'
import { agentsRefuseCertificate, caChanged } from './certificate-authority.ts'
import {
  rancherCertificateUntrusted,
  rancherFailing,
  rancherUnreachable,
} from './rancher-server.ts'
import { handshakeRefused, tokenRevoked } from './registration-token.ts'
import type { Signature } from './signature.ts'
import { agentsCannotReachRancher, agentsGetErrors } from './way-to-rancher.ts'

/**
 * Every known cause, in the order in which a reconnection needs things to be right: Rancher and the API server, without which nothing
 * can be applied; then the steps of an agent's start (reference: rancher/rancher package/run.sh). The first step that is broken
 * explains why all later ones are not reached, so it is the one to name first.
 */
export const signatures: readonly Signature[] = [
  rancherCertificateUntrusted,
  rancherUnreachable,
  rancherFailing,
  apiServerUnreachable,
  agentsMissing,
  agentsScaledToZero,
  agentImageUnavailable,
  credentialsMissing,
  agentsCannotReachRancher,
  agentsGetErrors,
  caChanged,
  agentsRefuseCertificate,
  tokenRevoked,
  handshakeRefused,
]

/** What a running tunnel outlives: an agent reads it only when it starts, so it bites at the next start. */
export const readAtStart: readonly Signature[] = [credentialsMissing, caChanged, tokenRevoked]

/** Named only where none of the above explains it. */
export const symptoms: readonly Signature[] = [agentCrashing]

export { notFoundOut, nothingWrong } from './no-cause.ts'
export type { Signature } from './signature.ts'
