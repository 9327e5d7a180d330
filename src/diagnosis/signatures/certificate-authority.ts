import type { AgentWorkload } from '../../cluster/index.ts'
import type { RancherSettings } from '../../rancher/index.ts'
import { agentsSay, type LogSighting } from '../agent-log.ts'
import { pinnedChecksumOf, workloadsOf } from '../agents.ts'
import { saw } from '../evidence.ts'
import { answerIn, type Observations } from '../observations.ts'
import { count, distinguishedName, list, oneLine, short } from '../wording.ts'
import { CHECKSUM_MISMATCH, NO_CACERTS, NOT_RANCHER, X509 } from './log-texts.ts'
import { CHANGES_NOTHING, type Finding, type Signature } from './signature.ts'

// The checksum of Rancher's authority that the agents pin, against the setting cacerts that it is made from.

export const caChanged: Signature = {
  id: 'ca-changed',
  disproof: 'the SHA-256 of the setting cacerts, with a newline at its end, is what the agents pin',
  recognise(observations) {
    const settings = answerIn(observations.settings)
    const log = agentsSay(observations, CHECKSUM_MISMATCH)
    if (!settings) return log && mismatchByLogAlone(log)
    const differing = differingFrom(settings.caChecksum, observations)
    if (differing.length > 0) {
      return settings.caCerts === '' ? null : pinsAnother(observations, settings, differing, log)
    }
    return log && isOldPod(log, settings) ? oldPods(log, settings) : null
  },
}

export const privateCaRemoved: Signature = {
  id: 'private-ca-removed',
  disproof: 'the setting cacerts is not empty when Rancher’s administrator reads it',
  recognise(observations) {
    const settings = answerIn(observations.settings)
    const log = agentsSay(observations, NO_CACERTS) ?? agentsSay(observations, NOT_RANCHER)
    if (settings?.caCerts !== '') return null
    const differing = differingFrom('', observations)
    if (differing.length === 0) return null
    const holdsTunnel = differing.some(({ ref }) => ref.kind === 'Deployment')
    const presented = answerIn(observations.certificateForAgents)
    const isPublic = presented?.verdict.trusted === true
    const pinned = [...new Set(differing.map(pinnedChecksumOf))]
    const evidence = [
      ...(log ? [log.evidence] : []),
      saw('cluster', `set so on ${list(differing.map(({ ref }) => ref.name))}`),
      saw('rancher', 'the setting cacerts is empty'),
      ...(presented
        ? [
            saw(
              'worker',
              `Rancher’s certificate, of ${distinguishedName(presented.issuer)}, ${isPublic ? 'verifies' : 'does not verify'} with the authorities that systems know`,
            ),
          ]
        : []),
    ]
    const summary = `the agents trust ${list(pinned.map(nameOfPin))}, Rancher has none set any more`
    const confidence = holdsTunnel ? 'certain' : 'possible'
    if (isPublic) {
      const remedy =
        'Apply the agent manifest again: the agents then trust the authorities that systems know, as Rancher’s certificate needs. If nobody emptied cacerts on purpose, find out first who did.'
      return { confidence, summary, evidence, remedy, reapplyHelps: true }
    }
    const remedy = presented
      ? `Put the authority of Rancher’s certificate back into the setting cacerts (Global Settings; with Helm: Secret tls-ca and privateCA=true). ${CHANGES_NOTHING}`
      : 'Run again once Rancher’s certificate can be looked at: only where it is of a public authority does applying the agent manifest help.'
    return { confidence, summary, evidence, remedy, reapplyHelps: false }
  },
}

/** What the agents are shown is not what Rancher has: then no manifest can make both ends fit. */
export const otherRancherAnswers: Signature = {
  id: 'rancher-answers-foreign',
  disproof:
    '`curl -k SERVER-URL/v3/settings/cacerts` gives the same from a node and from the worker',
  recognise(observations) {
    const settings = answerIn(observations.settings)
    const log = agentsSay(observations, CHECKSUM_MISMATCH)
    const shown = log?.match[1]
    if (!settings || !log || !shown || shown === settings.caChecksum || isOldPod(log, settings))
      return null
    const endsWithEmptyLine = /\n\s*$/.test(settings.caCerts)
    return {
      confidence: log.byClusterAgent ? 'likely' : 'possible',
      summary: `the agents are shown certificate authority ${short(shown)}, the worker ${short(settings.caChecksum)} by the same address`,
      evidence: [
        log.evidence,
        saw('rancher', `cacerts has ${nameOfPin(settings.caChecksum)}`),
        ...addressEvidence(observations),
      ],
      remedy: endsWithEmptyLine
        ? `The setting cacerts ends with an empty line, which Rancher and its agents count differently: store it again without. ${CHANGES_NOTHING}`
        : `Two servers seem to answer at Rancher’s address: another or a restored Rancher, or a load balancer that mixes two. Take out the wrong one; if cacerts was changed a moment ago, run again in five minutes. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

function addressEvidence(observations: Observations) {
  const view = answerIn(observations.agentsAddress) ?? answerIn(observations.serverUrlAddress)
  return view?.caChecksum
    ? [saw('worker', `${oneLine(view.url)} shows ${nameOfPin(view.caChecksum)}`)]
    : []
}

/** What a pod pins comes from its own log; the workload may have been changed since. */
function isOldPod(log: LogSighting, { caChecksum }: RancherSettings): boolean {
  const [, shown, pinned] = log.match
  return shown === caChecksum && pinned !== caChecksum
}

function pinsAnother(
  observations: Observations,
  { caChecksum }: RancherSettings,
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
  return {
    confidence: !holdsTunnel ? 'possible' : isRefused ? 'certain' : 'likely',
    summary: `the agents trust ${list(pinned.map(nameOfPin))}, Rancher now uses ${short(caChecksum)}`,
    evidence: [
      ...(said ? [said.evidence] : []),
      saw(
        'cluster',
        `set so on ${list(differing.map(({ ref }) => ref.name))} (${count(pods, 'pod')})`,
      ),
      ...(certificate
        ? [
            saw(
              'worker',
              `Rancher answers with a certificate of ${distinguishedName(certificate.issuer)}`,
            ),
          ]
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

/** The workloads are right and pods still complain: they have not been replaced yet. */
function oldPods(log: LogSighting, { caChecksum }: RancherSettings): Finding {
  const [, , pinned = ''] = log.match
  return {
    confidence: log.byClusterAgent ? 'likely' : 'possible',
    summary: `pods still run that trust ${nameOfPin(pinned)}, though the workload has ${short(caChecksum)}`,
    evidence: [
      log.evidence,
      saw('cluster', `the workloads trust ${nameOfPin(caChecksum)}, as Rancher says`),
    ],
    remedy:
      'The change is applied already. See why the new pods do not replace the old ones: `kubectl -n cattle-system describe pods`.',
    reapplyHelps: false,
  }
}

function differingFrom(checksum: string, observations: Observations): readonly AgentWorkload[] {
  return workloadsOf(observations).filter((workload) => pinnedChecksumOf(workload) !== checksum)
}

function nameOfPin(checksum: string): string {
  return checksum ? `certificate authority ${short(checksum)}` : 'no private certificate authority'
}
