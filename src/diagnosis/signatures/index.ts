import type { Observations } from '../observations.ts'
import { admissionRefuses, namespaceTerminating, serviceAccountMissing } from './admission.ts'
import {
  agentImageBroken,
  agentImageUnavailable,
  agentTrustsNoStoredAuthority,
} from './agent-image.ts'
import {
  agentCrashing,
  agentOutOfMemory,
  agentsMissing,
  agentsScaledToZero,
  agentWaiting,
  credentialsMissing,
} from './agent-pods.ts'
import { apiServerUnreachable, etcdSlow } from './api-server.ts'
import { caChanged, otherRancherAnswers, privateCaRemoved } from './certificate-authority.ts'
import { isRefusedByWorker } from './certificate-evidence.ts'
import { clusterDeleted, downstreamCaChanged, duplicateRegistration } from './cluster-record.ts'
import { agentEvicted, agentUnschedulable, nodeNotReady, runtimeUnsupported } from './nodes.ts'
import { rancherFailing, rancherUnreachable, somethingElseAnswersWorker } from './rancher-server.ts'
import {
  credentialsOfAnotherCluster,
  otherRancherRefuses,
  tokenRevoked,
  tunnelKeepsBeingCut,
  websocketBlocked,
} from './registration-token.ts'
import {
  certificateChainIncomplete,
  certificateExpired,
  certificateNameMismatch,
  certificateNotYetValid,
  clockSkew,
  rancherCertificateUntrusted,
  tlsIntercepted,
} from './served-certificate.ts'
import { serverUrlChanged, serverUrlWrong } from './server-url.ts'
import { agentFeaturesMissing, fleetAgentCaStale, tunnelSessionStale } from './sessions.ts'
import type { Signature } from './signature.ts'
import {
  agentsGetErrors,
  dnsFails,
  egressBlocked,
  proxyMisconfigured,
  somethingElseAnswersAgents,
} from './way-to-rancher.ts'

/** One certificate has one fault at a time for whoever refuses it, so their order does not matter. */
const servedCertificate: readonly Signature[] = [
  clockSkew,
  certificateExpired,
  certificateNotYetValid,
  certificateNameMismatch,
  certificateChainIncomplete,
  tlsIntercepted,
  rancherCertificateUntrusted,
]

/**
 * Every known cause, in the order in which a reconnection needs things to be right: Rancher and the API server, without which nothing
 * can be applied; whether the agents' pods can be there; then the steps of an agent's start (reference: rancher/rancher
 * package/run.sh). Until Rancher's certificate verifies here, nothing that Rancher says can be believed, so that comes before all. The first step that is broken explains why all later ones are not reached, so it is the one to name first.
 */
export const signatures: readonly Signature[] = [
  ...servedCertificate.map((it) => onlyIf(it, isRefusedByWorker)),
  rancherUnreachable,
  rancherFailing,
  somethingElseAnswersWorker,
  clusterDeleted,
  apiServerUnreachable,
  etcdSlow,
  duplicateRegistration,
  namespaceTerminating,
  agentsMissing,
  agentsScaledToZero,
  admissionRefuses,
  runtimeUnsupported,
  nodeNotReady,
  agentUnschedulable,
  agentEvicted,
  agentImageUnavailable,
  agentImageBroken,
  credentialsMissing,
  serviceAccountMissing,
  agentOutOfMemory,
  serverUrlWrong,
  serverUrlChanged,
  proxyMisconfigured,
  dnsFails,
  egressBlocked,
  agentsGetErrors,
  somethingElseAnswersAgents,
  agentTrustsNoStoredAuthority,
  ...servedCertificate.map((it) => onlyIf(it, (seen) => !isRefusedByWorker(seen))),
  otherRancherAnswers,
  privateCaRemoved,
  caChanged,
  otherRancherRefuses,
  websocketBlocked,
  credentialsOfAnotherCluster,
  tokenRevoked,
  tunnelKeepsBeingCut,
  downstreamCaChanged,
  agentFeaturesMissing,
  tunnelSessionStale,
]

function onlyIf(signature: Signature, holds: (observations: Observations) => boolean): Signature {
  return {
    ...signature,
    recognise: (observations) => (holds(observations) ? signature.recognise(observations) : null),
  }
}

/** What a running tunnel outlives: an agent reads it only when it starts, so it bites at the next start. */
export const readAtStart: readonly Signature[] = [
  credentialsMissing,
  serviceAccountMissing,
  serverUrlChanged,
  privateCaRemoved,
  caChanged,
  credentialsOfAnotherCluster,
  tokenRevoked,
  agentFeaturesMissing,
]

/** Causes that show although Rancher has the cluster connected. */
export const whileConnected: readonly Signature[] = [duplicateRegistration, fleetAgentCaStale]

/** Named only where none of the above explains it. */
export const symptoms: readonly Signature[] = [agentCrashing, agentWaiting, fleetAgentCaStale]

export { notFoundOut, nothingWrong } from './no-cause.ts'
export type { Signature } from './signature.ts'
