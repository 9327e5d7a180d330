import {
  agentImageBroken,
  agentImageUnavailable,
  agentOutOfMemory,
  agentPanics,
} from './agents/crashing.ts'
import {
  agentsDeleted,
  agentsScaledToZero,
  namespaceDeleted,
  namespaceTerminating,
} from './agents/gone.ts'
import {
  admissionWebhookRefuses,
  agentEvicted,
  agentUnschedulable,
  runtimeUnsupported,
} from './agents/placing.ts'
import type { Fault } from './contract.ts'
import {
  fleetAgentHoldsOldAuthority,
  importManifestApplied,
  sessionStale,
} from './registration/second-session.ts'
import { downstreamCaChanged, duplicateRegistration } from './registration/sessions.ts'
import {
  clusterDeleted,
  credentialsMissing,
  credentialsOfAnotherCluster,
  serviceAccountMissing,
  tokenRevoked,
} from './registration/tokens.ts'
import { serverUrlChanged, serverUrlWrong } from './road/address.ts'
import { dnsFails, dnsFailsWhileRunning, egressDropped, egressRejected } from './road/network.ts'
import {
  captivePage,
  foreignServer,
  proxyMisconfigured,
  tunnelAnswers503,
  websocketBlocked,
} from './road/proxies.ts'
import { apiServerDown, apiServerHangs, etcdSlow, healthy } from './servers/api-server.ts'
import { rancherAnswers5xx, rancherDown, rancherHangs } from './servers/rancher.ts'
import {
  balancerCertificateOfOtherAuthority,
  caRotated,
  caRotatedAgentsRestarted,
  privateCaRemoved,
  workerDistrusts,
} from './trust/changed-authority.ts'
import { clockSkew, tlsIntercepted } from './trust/in-between.ts'
import {
  certificateChainIncomplete,
  certificateExpired,
  certificateNameMismatch,
  certificateNotYetValid,
} from './trust/served-certificate.ts'

/** Everything that the lab can break, in the order in which a reconnection needs things to be right. */
export const faults: readonly Fault[] = [
  healthy,
  caRotated,
  caRotatedAgentsRestarted,
  privateCaRemoved,
  workerDistrusts,
  balancerCertificateOfOtherAuthority,
  certificateExpired,
  certificateNotYetValid,
  certificateNameMismatch,
  certificateChainIncomplete,
  tlsIntercepted,
  clockSkew,
  serverUrlChanged,
  serverUrlWrong,
  dnsFails,
  dnsFailsWhileRunning,
  egressDropped,
  egressRejected,
  proxyMisconfigured,
  websocketBlocked,
  tunnelAnswers503,
  captivePage,
  foreignServer,
  tokenRevoked,
  credentialsMissing,
  credentialsOfAnotherCluster,
  serviceAccountMissing,
  clusterDeleted,
  duplicateRegistration,
  downstreamCaChanged,
  importManifestApplied,
  sessionStale,
  fleetAgentHoldsOldAuthority,
  agentsDeleted,
  namespaceDeleted,
  agentsScaledToZero,
  agentOutOfMemory,
  agentPanics,
  agentImageUnavailable,
  agentImageBroken,
  agentEvicted,
  agentUnschedulable,
  namespaceTerminating,
  admissionWebhookRefuses,
  runtimeUnsupported,
  rancherDown,
  rancherHangs,
  rancherAnswers5xx,
  apiServerDown,
  apiServerHangs,
  etcdSlow,
]
