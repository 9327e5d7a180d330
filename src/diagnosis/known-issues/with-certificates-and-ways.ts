import { clusterAgentOf, pinnedChecksumOf, workloadsOf } from '../agents.ts'
import { answerIn, type Observations } from '../observations.ts'
import type { KnownIssue } from './known-issue.ts'
import {
  agentGoesToAddress,
  agentGoesToPort,
  agentsRefuse,
  isBuiltBy,
  isLost,
  logHolds,
  pinsOtherAuthority,
  usesKnownToken,
  usesOtherAddress,
} from './symptoms.ts'

const NO_WAY = /is not accessible \((?:Failed to connect|Could not resolve host|Connection)/

/** Certificates, addresses, and what stands between the agents and Rancher. Reference §8. */
export const withCertificatesAndWays: readonly KnownIssue[] = [
  {
    issue: 'rancher/rancher#24125',
    versions: ['2.3'],
    symptom: (seen) => servedChecksums(seen).size > 1,
    note: 'two authorities answer in turn at Rancher’s address, so two servers stand behind it, or one lost its data; find out which is the right one before anything is applied',
  },
  {
    issue: 'rancher/rancher#36632',
    versions: ['2.6.3'],
    symptom: (seen) => agentGoesToAddress(seen) && servesOtherAuthority(seen),
    note: 'by its number another server answers than by its name, with another authority; set server-url to the host name',
  },
  {
    issue: 'rancher/rancher#47851',
    versions: ['2.9.3'],
    symptom: (seen) =>
      isLost(seen) &&
      hasOlderAgentImage(seen) &&
      agentsRefuse(seen, /Could not securely connect|x509: /),
    note: 'after an upgrade to this version agents may not connect, whatever agent-tls-mode says; make sure that cacerts holds the authority of the served certificate before you apply',
  },
  {
    issue: 'harvester/harvester#9199',
    versions: ['2.10'],
    symptom: (seen) => isBuiltBy(seen, 'harvester') && refusesStrictly(seen),
    note: 'Harvester’s agent in strict mode needs Rancher’s setting cacerts; fill it, then set Harvester’s cluster-registration-url again',
  },
  {
    issue: 'rancher/rancher#45628',
    versions: ['2.7..2.9'],
    symptom: refusesStrictly,
    note: 'agent-tls-mode is strict, and cacerts is empty or not the authority of the served certificate; fill cacerts or set system-store, then apply',
  },
  {
    issue: 'rancher/rancher#33334',
    versions: ['2.5.5'],
    symptom: (seen) => agentsRefuse(seen, /certificate is valid for .+, not /),
    note: 'removing the checksum does not switch verification off: the certificate must hold the name that the agents go to',
  },
  {
    issue: 'rancher/rancher#16046',
    versions: ['2.1'],
    symptom: (seen) =>
      answerIn(seen.settings)?.caCerts === '' &&
      workloadsOf(seen).some((agent) => pinnedChecksumOf(agent) !== '') &&
      agentsRefuse(seen, /does not look like an x509 certificate/),
    note: 'Rancher has no private authority any more, and the agents still have its checksum, which 2.1 calls “does not look like an x509 certificate”; apply the agent manifest, which has none',
  },
  {
    issue: 'rancher/rancher#13308',
    versions: null,
    symptom: (seen) => {
      const caCerts = answerIn(seen.settings)?.caCerts ?? ''
      return /\r|\n$/.test(caCerts) && agentsRefuse(seen, /does not match given --ca-checksum/)
    },
    note: 'the setting cacerts ends with a line break or has those of Windows, so agents and Rancher compute different checksums (also #13831); store it with plain line breaks and none at its end',
  },
  {
    issue: 'rancher/rancher#15273',
    versions: ['2.1..2.2'],
    symptom: ({ certificate, certificateForAgents }) =>
      certificate.ok &&
      certificate.value.verdict.trusted &&
      certificateForAgents.ok &&
      !certificateForAgents.value.verdict.trusted,
    note: 'the setting cacerts is not the authority of the certificate that is served, as after somebody edited it by the API; put the right one back before anything is applied',
  },
  {
    issue: 'rancher/rancher#16123',
    versions: ['2.1.0'],
    symptom: usesOtherAddress,
    note: 'this version’s pages cannot change server-url; set it by the API, then apply: the agents keep the old address until then',
  },
  {
    issue: 'rancher/rancher#25434',
    versions: ['2.3', '2.8'],
    symptom: (seen) => {
      const serverUrl = answerIn(seen.settings)?.serverUrl
      const isOther = serverUrl !== undefined && hostOf(serverUrl) !== hostOf(seen.rancherUrl)
      return isOther && seen.ping.ok && agentsRefuse(seen, NO_WAY)
    },
    note: 'server-url still has an address from before a reinstallation or a change of the host name (also #44227); set it, then apply',
  },
  {
    issue: 'rancher/rancher#31392',
    versions: ['2.4'],
    symptom: (seen) =>
      agentGoesToPort(seen) && agentsRefuse(seen, /ping is not accessible \(.*error: 400/),
    note: 'behind a load balancer with a port of its own, Rancher answers /ping with 400; pass the Host header with that port',
  },
  {
    issue: 'rancher/rancher#32421',
    versions: ['2.4..2.5'],
    symptom: (seen) =>
      answerIn(seen.settings)?.caCerts !== '' &&
      seen.settings.ok &&
      agentsRefuse(seen, /chain is not complete|certificate signed by unknown authority/),
    note: 'with a private authority the served chain must be complete, leaf first, and cacerts must be its root (also #33325, #32655)',
  },
  {
    issue: 'rancher/rancher#17105',
    versions: ['2.1.3'],
    symptom: (seen) =>
      seen.ping.ok &&
      agentsRefuse(seen, /ping is not accessible \((?:Failed to connect|Connection)/),
    note: 'pods may not go where nodes may, as with istio or names that stand only in /etc/hosts; look at the way out of the pods',
  },
  {
    issue: 'rancher/rancher#18831',
    versions: ['2.1..2.5'],
    symptom: (seen) => usesKnownToken(seen) && agentsRefuse(seen, /websocket: bad handshake/),
    note: 'a proxy or load balancer that does not pass web sockets gives “bad handshake” to agents whose token is good (also #19025, #31354); pass Upgrade and Connection, and mind NO_PROXY',
  },
  {
    issue: 'rancher/rancher#16454',
    versions: null,
    symptom: (seen) => agentsRefuse(seen, /Could not resolve host|no such host/),
    note: 'agents resolve Rancher’s name by the cluster’s DNS only, not by what stands in a node’s /etc/hosts; make it known there, or give the agents hostAliases',
  },
  {
    issue: 'rancher/rancher#14731',
    versions: ['2.1..'],
    symptom: (seen) => pinsOtherAuthority(seen) || usesOtherAddress(seen),
    note: 'Rancher does not tell its agents when its authority or address changes, in no version; every lost cluster needs the new manifest',
  },
]

/** The authorities that Rancher’s address has shown to the agents, by the logs that were read. */
function servedChecksums(seen: Observations): ReadonlySet<string> {
  const served = workloadsOf(seen)
    .flatMap(({ pods }) => pods.flatMap(({ logLines }) => logLines ?? []))
    .flatMap((line) => /Configured cacerts checksum \(([0-9a-f]+)\)/.exec(line)?.[1] ?? [])
  return new Set(served)
}

/** What the agents are shown is not what Rancher’s own setting says. */
function servesOtherAuthority(seen: Observations): boolean {
  const wanted = answerIn(seen.settings)?.caChecksum
  return wanted !== undefined && [...servedChecksums(seen)].some((one) => one !== wanted)
}

function refusesStrictly(seen: Observations): boolean {
  return (
    logHolds(seen, /error finding root CA|no roots provided/) ||
    (answerIn(seen.settings)?.caCerts === '' && agentsRefuse(seen, /Could not securely connect/))
  )
}

function hasOlderAgentImage(seen: Observations): boolean {
  const image = clusterAgentOf(seen)?.image
  const wanted = answerIn(seen.settings)?.agentImage
  return image !== undefined && wanted !== undefined && tagOf(image) !== tagOf(wanted)
}

function tagOf(image: string): string {
  return image.split(':').at(-1) ?? ''
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? ''
}
