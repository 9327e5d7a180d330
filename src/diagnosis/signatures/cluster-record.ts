import { agentsSay, isTunnelOpen } from '../agent-log.ts'
import { podsOf } from '../agents.ts'
import { haveCommonKey } from '../authorities.ts'
import { saw } from '../evidence.ts'
import { answerIn, failureIn, type Observations } from '../observations.ts'
import { conditionOf } from '../rancher-says.ts'
import { list, oneLine } from '../wording.ts'
import { HANDSHAKE_REFUSED, X509 } from './log-texts.ts'
import { CHANGES_NOTHING, type Signature } from './signature.ts'

// Rancher's record of the cluster: whether there is one, and whether it is of the cluster that we look at.

export const clusterDeleted: Signature = {
  id: 'cluster-deleted',
  disproof: 'Rancher’s list of clusters shows it, with another API token or under another name',
  recognise(observations) {
    const failure = failureIn(observations.record)
    const refused = agentsSay(observations, HANDSHAKE_REFUSED)
    const evidence = refused ? [refused.evidence] : []
    if (failure?.code === 'rancher.cluster-not-found') {
      return {
        confidence: refused ? 'certain' : 'likely',
        summary: `Rancher has no cluster ${oneLine(observations.cluster)} any more, though Reagent has credentials for it`,
        evidence: [saw('rancher', oneLine(failure.message)), ...evidence],
        remedy:
          'Nothing can be connected to: its registrations went with it. Find out who deleted it. Restore Rancher from a backup to get its projects and rights back, or import the cluster anew: that makes a new cluster with a new id. If its name is only misspelt, run again with the right one.',
        reapplyHelps: false,
      }
    }
    const record = answerIn(observations.record)
    if (record?.state !== 'removing') return null
    const removed = conditionOf(record, 'Removed')
    return {
      confidence: 'certain',
      summary: `Rancher is removing ${oneLine(record.name)} (${record.id})`,
      evidence: [
        saw(
          'rancher',
          `${record.id} is removing${record.message ? `: ${oneLine(record.message)}` : ''}`,
          removed?.lastUpdateTime,
        ),
        ...evidence,
      ],
      remedy:
        'Do not apply anything: whoever connects now has Rancher’s objects deleted in the cluster. Find out who deleted it, and stop them if that was a mistake.',
      reapplyHelps: false,
    }
  },
}

export const duplicateRegistration: Signature = {
  id: 'duplicate-registration',
  disproof: 'the nodes that Rancher shows for the cluster are this cluster’s',
  recognise(observations) {
    const record = answerIn(observations.record)
    if (!record || isSameAuthority(observations) !== false) return null
    const nodes = nodesOf(observations)
    const isElsewhere = isOtherAddress(observations)
    const asked = addressAsked(observations)
    const isOpen = podsOf(observations).some((pod) => isTunnelOpen(pod, observations.observedAt))
    // Agents report their cluster's authority when they connect: one that still differs while they are connected is another's.
    const isRewritten =
      isOpen && record.driver === 'imported' && !saysUnknownAuthority(observations)
    const isSeen = nodes === 'other' || isElsewhere || asked !== null
    if (!isSeen && (nodes === 'same' || !isRewritten)) return null
    return {
      confidence: nodes === 'other' || isElsewhere ? 'certain' : 'likely',
      summary: `another cluster runs agents with the registration of ${oneLine(record.name)}: Rancher’s record is of ${oneLine(record.apiEndpoint ?? 'another API server')}`,
      evidence: [
        saw(
          'rancher',
          `${record.id} has apiEndpoint ${oneLine(record.apiEndpoint ?? 'none')} and an authority that is not this cluster’s`,
        ),
        ...(asked
          ? [saw('rancher', `it asks ${oneLine(asked)}, so its record was rewritten since`)]
          : []),
        ...(nodes === 'other'
          ? [saw('rancher', `its nodes are ${nodeList(answerIn(observations.rancherNodes))}`)]
          : []),
        ...(nodes === 'other'
          ? [saw('cluster', `the nodes here are ${nodeList(ownNodes(observations))}`)]
          : []),
      ],
      remedy: `Find the other cluster (a clone, or one where the same manifest was applied) and remove its agents: \`kubectl -n cattle-system delete deployment/cattle-cluster-agent\` there. Then restart those here: \`kubectl -n cattle-system rollout restart deployment/cattle-cluster-agent\`. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

export const downstreamCaChanged: Signature = {
  id: 'downstream-ca-changed',
  disproof: 'the caCert in Rancher’s record is the authority of this cluster’s API server',
  recognise(observations) {
    const record = answerIn(observations.record)
    if (!record) return null
    const isSame = isSameAuthority(observations)
    const says = saysUnknownAuthority(observations)
    if (isSame === true || (isSame === null && !says)) return null
    if (duplicateRegistration.recognise(observations)) return null
    if (agentsSay(observations, X509) && !says) return null
    return {
      confidence:
        isSame === false && says
          ? 'certain'
          : isSame === false && nodesOf(observations) === 'same'
            ? 'likely'
            : says
              ? 'likely'
              : 'possible',
      summary: `the API server of ${oneLine(record.name)} has a new certificate authority, Rancher still has the one of before`,
      evidence: [
        ...(says ? [saw('rancher', says.text, says.at)] : []),
        ...(isSame === false
          ? [saw('cluster', 'its authority is not the caCert in Rancher’s record')]
          : []),
      ],
      remedy: `Restart the cluster agent, which reports the new authority when it connects: \`kubectl -n cattle-system rollout restart deployment/cattle-cluster-agent\`. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

/** Whether Rancher's record has this cluster's authority; null when one of the two is not known. */
function isSameAuthority(observations: Observations): boolean | null {
  const expected = answerIn(observations.record)?.apiServerCaPem
  const ofAgents = answerIn(observations.agents)?.surroundings.serviceAccount?.caPem
  const ofKubeconfig = answerIn(observations.apiServer)?.caPem
  if (!expected || (!ofAgents && !ofKubeconfig)) return null
  return haveCommonKey(expected, [ofAgents, ofKubeconfig].filter((pem) => pem != null).join('\n'))
}

/** Whether Rancher's record has an address that this API server is not known under; false where its own ones are not known. */
function isOtherAddress(observations: Observations): boolean {
  const theirs = hostAndPortOf(answerIn(observations.record)?.apiEndpoint ?? '')
  const inside = answerIn(observations.agents)?.surroundings.apiAddresses ?? []
  const server = hostAndPortOf(answerIn(observations.apiServer)?.server ?? '')
  return theirs !== '' && inside.length > 0 && theirs !== server && !inside.includes(theirs)
}

/** The address that Rancher says it cannot ask, where that is not the one in its record: another agent has rewritten that since. */
function addressAsked(observations: Observations): string | null {
  const record = answerIn(observations.record)
  if (!record?.apiEndpoint) return null
  const texts = [record.message, ...record.conditions.map(({ message }) => message)]
  const asked = texts
    .map((text) => /\bGet "?(https:\/\/[^/"\s]+)/.exec(text)?.[1])
    .find((url) => url !== undefined)
  return asked && hostAndPortOf(asked) !== hostAndPortOf(record.apiEndpoint) ? asked : null
}

function hostAndPortOf(url: string): string {
  const target = URL.parse(url)
  return target ? `${target.hostname}:${target.port || '443'}` : ''
}

/** The tunnel works, and Rancher does not accept the API server at its other end. */
function saysUnknownAuthority(
  observations: Observations,
): { text: string; at: string | null } | null {
  const record = answerIn(observations.record)
  if (!record) return null
  const said = [
    ...record.conditions
      .filter(({ status }) => status !== 'True')
      .map(({ message, lastUpdateTime }) => ({ text: message, at: lastUpdateTime })),
    { text: record.message, at: null },
  ]
  const found = said.find(({ text }) => /x509: certificate signed by unknown authority/.test(text))
  return found ? { text: oneLine(found.text), at: found.at } : null
}

/** Whose nodes Rancher shows for the cluster; null where one of the lists is empty or unknown, as on imported ones of old versions. */
function nodesOf(observations: Observations): 'same' | 'other' | null {
  const theirs = answerIn(observations.rancherNodes) ?? []
  const ours = ownNodes(observations)
  if (theirs.length === 0 || ours.length === 0) return null
  return theirs.some((name) => ours.includes(name)) ? 'same' : 'other'
}

function ownNodes(observations: Observations): readonly string[] {
  return (answerIn(observations.agents)?.nodes ?? []).map(({ name }) => name)
}

function nodeList(names: readonly string[] | null): string {
  return list((names ?? []).slice(0, 5).map(oneLine))
}
