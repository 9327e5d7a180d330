import type { AgentWorkload } from '../../cluster/index.ts'
import type { RancherSettings } from '../../rancher/index.ts'
import { agentsSay, type LogSighting } from '../agent-log.ts'
import { pinnedChecksumOf, workloadsOf } from '../agents.ts'
import { answerIn, type Observations } from '../observations.ts'
import { count, distinguishedName, list, oneLine, short } from '../wording.ts'
import type { Finding, Signature } from './signature.ts'

// Whom the agents trust: first the checksum of the authority that they pin, then whether the certificate served comes from it.

const CHECKSUM_MISMATCH =
  /Configured cacerts checksum \((\w+)\) does not match given --ca-checksum \((\w*)\)/
const X509 = /x509: .*|Certificate chain is not complete.*/

export const caChanged: Signature = {
  id: 'ca-changed',
  recognise(observations) {
    const settings = answerIn(observations.settings)
    const log = agentsSay(observations, CHECKSUM_MISMATCH)
    if (!settings) return log && mismatchByLogAlone(log)
    const differing = differingFrom(settings.caChecksum, observations)
    if (differing.length > 0) return pinsAnother(observations, settings, differing, log)
    return log && mismatchThoughPinnedRight(log, settings)
  },
}

export const agentsRefuseCertificate: Signature = {
  id: 'rancher-certificate-untrusted',
  recognise(observations) {
    const log = agentsSay(observations, X509)
    const presented = answerIn(observations.certificateForAgents)
    const isRefusedHere = presented !== null && !presented.verdict.trusted
    if (!log && !isRefusedHere) return null
    const settings = answerIn(observations.settings)
    const isExplained = settings && differingFrom(settings.caChecksum, observations).length > 0
    // Agents that pin another authority refuse every certificate of this one: that is ca-changed, not a second cause.
    if (!isRefusedHere && isExplained) return null
    const reason =
      presented && !presented.verdict.trusted ? presented.verdict.reason : (log?.match[0] ?? '')
    return {
      // Agents before 2.8 trust the system's authorities as well, so the verdict by cacerts alone is not enough.
      confidence: log && isRefusedHere ? 'certain' : log?.byClusterAgent ? 'likely' : 'possible',
      summary: `the agents do not accept the certificate that Rancher’s address presents: ${oneLine(reason)}`,
      evidence: [
        ...(log ? [log.evidence] : []),
        ...(presented
          ? [
              `worker: issued by ${distinguishedName(presented.issuer)}, valid ${presented.validFrom} to ${presented.validTo}, ${presented.verdict.trusted ? 'fits' : 'does not fit'} Rancher’s cacerts`,
            ]
          : []),
      ],
      remedy: remedyFor(reason),
      reapplyHelps: false,
    }
  },
}

function pinsAnother(
  observations: Observations,
  { caChecksum, caCerts }: RancherSettings,
  differing: readonly AgentWorkload[],
  log: LogSighting | null,
): Finding {
  const holdsTunnel = differing.some(({ ref }) => ref.kind === 'Deployment')
  const pinned = [...new Set(differing.map(pinnedChecksumOf))]
  // Without a pin, an agent still connects where the certificate is of an authority that its image knows.
  const refusal = agentsSay(observations, X509)
  const isRefused = !pinned.includes('') || refusal !== null
  // The start script names both checksums; an agent that was running when the authority changed only says that it refuses the certificate.
  const said = log ?? refusal
  const certificate = answerIn(observations.certificate)
  const pods = differing.reduce((sum, { pods }) => sum + pods.length, 0)
  const serves = caCerts ? `Rancher now uses ${short(caChecksum)}` : 'Rancher now uses a public one'
  return {
    confidence: !holdsTunnel ? 'possible' : isRefused ? 'certain' : 'likely',
    summary: `the agents trust ${list(pinned.map(nameOfPin))}, ${serves}`,
    evidence: [
      ...(said ? [said.evidence] : []),
      `cluster: set so on ${list(differing.map(({ ref }) => ref.name))} (${count(pods, 'pod')})`,
      ...(certificate
        ? [`Rancher answers with a certificate of ${distinguishedName(certificate.issuer)}`]
        : []),
    ],
    remedy: `Apply the agent manifest again: the agents then trust the authority that Rancher has now. If nobody changed Rancher’s certificates on purpose, find out first who answers at ${oneLine(observations.rancherUrl)}.`,
    reapplyHelps: true,
  }
}

function mismatchByLogAlone(log: LogSighting): Finding {
  const [, served = '', pinned = ''] = log.match
  return {
    confidence: log.byClusterAgent ? 'likely' : 'possible',
    summary: `the agents trust ${nameOfPin(pinned)}, Rancher’s address showed them ${short(served)}`,
    evidence: [log.evidence],
    remedy:
      'Rancher’s settings could not be read, so this is what the agents say. Run again once they can be read; then the agent manifest can be applied.',
    reapplyHelps: false,
  }
}

/** The workloads are right and pods still complain: they see another Rancher than the worker, or have not been replaced yet. */
function mismatchThoughPinnedRight(log: LogSighting, { caChecksum }: RancherSettings): Finding {
  const [, served = '', pinned = ''] = log.match
  const isOldPod = pinned !== caChecksum
  return {
    confidence: log.byClusterAgent ? 'likely' : 'possible',
    summary: isOldPod
      ? `pods still run that trust ${nameOfPin(pinned)}, though the workload has ${short(caChecksum)}`
      : `the agents are shown certificate authority ${short(served)}, the worker ${short(caChecksum)} by the same address`,
    evidence: [
      log.evidence,
      `cluster: the workloads trust ${nameOfPin(caChecksum)}, as Rancher says`,
    ],
    remedy: isOldPod
      ? 'The change is applied already. See why the new pods do not replace the old ones: `kubectl -n cattle-system describe pods`.'
      : 'Two servers seem to answer at Rancher’s address, or the setting cacerts ends with an empty line. Compare the setting on both; applying the manifest changes nothing.',
    reapplyHelps: false,
  }
}

function remedyFor(reason: string): string {
  const changesNothing = 'Applying the agent manifest changes nothing.'
  if (/expired|not (yet valid|valid yet)/.test(reason)) {
    return `Renew Rancher’s certificate; if it is in date, correct the clocks of the nodes. ${changesNothing}`
  }
  if (/host name|valid for |doesn't contain any/.test(reason)) {
    return `Give Rancher’s address a certificate for the name that the agents use. ${changesNothing}`
  }
  return `Make Rancher’s address serve its whole chain, from the authority in the setting cacerts; or, if the authority is new, put it into cacerts and run again. ${changesNothing}`
}

function differingFrom(checksum: string, observations: Observations): readonly AgentWorkload[] {
  return workloadsOf(observations).filter((workload) => pinnedChecksumOf(workload) !== checksum)
}

function nameOfPin(checksum: string): string {
  return checksum ? `certificate authority ${short(checksum)}` : 'no private certificate authority'
}
