import { type LineMeaning, normal } from './line-meaning.ts'

// What package/run.sh of the agents prints before the agent itself starts, in its order (reference: rancher/rancher package/run.sh).

const ONLY_PING =
  'That the rest works: the script fetches /ping without verifying the certificate, and does not read the answer.'

export const startScript: readonly LineMeaning[] = [
  {
    id: 'ping-no-name',
    pattern:
      /(?<url>https?:\/\/\S+?)\/ping is not accessible \(Could not resolve host:? ?(?<host>[^)]*)\)/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means: 'In the cluster, the name in {url} cannot be resolved. The agent goes no further.',
    doesNotProve: 'That Rancher is down, or that the name is wrong elsewhere: only this pod asked.',
    toDo: 'Repair name resolution in the cluster (CoreDNS, the nodes’ resolv.conf), or make the name known there. Applying the agent manifest again does not help.',
    cause: 'dns-fails',
  },
  {
    id: 'ping-loopback',
    pattern: /https?:\/\/(?:localhost|127\.[\d.]+)(?::\d+)?\/ping is not accessible/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'The agent was told that Rancher is at its own machine. Rancher’s setting `server-url` was taken from somebody’s first visit by that address.',
    doesNotProve: 'That nothing else is wrong once the address is right.',
    toDo: 'Set `server-url` in Rancher to an address that the cluster reaches, then `/rancher reagent CLUSTER`: the agents need a new manifest.',
    cause: 'server-url-wrong',
  },
  {
    id: 'ping-no-connection',
    pattern:
      /(?<url>https?:\/\/\S+?)\/ping is not accessible \((?:Failed to connect|Connection (?:refused|timed out)|Operation timed out|connect to )/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means:
      'From the cluster no connection to {url} comes about. The agent goes no further; nothing was said about certificates or tokens yet.',
    doesNotProve:
      'That Rancher is down: a firewall, a wrong address, or a way that only pods go looks the same.',
    toDo: 'Try {url}/ping from another place. If it answers there, look at the way out of the cluster (firewall, egress, hairpin NAT). Applying the agent manifest again does not help.',
    cause: 'egress-blocked',
  },
  {
    id: 'ping-status',
    pattern:
      /(?<url>https?:\/\/\S+?)\/ping is not accessible \(The requested URL returned error:? (?<status>\d{3})/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'Something answers at {url}, with {status} in place of Rancher’s pong: a load balancer or proxy in front of it, or another server.',
    doesNotProve: 'That Rancher itself is ill: the answer may never have come from it.',
    toDo: 'Look at the load balancer (host name, port, health of what is behind it). Applying the agent manifest again does not help.',
    cause: 'rancher-answers-foreign',
  },
  {
    id: 'ping-other',
    pattern: /(?<url>https?:\/\/\S+?)\/ping is not accessible(?: \((?<reason>[^)]*)\))?/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means: 'From the cluster, {url}/ping could not be fetched. The agent goes no further.',
    doesNotProve: 'Where on the way it ends: the part in brackets says what curl saw.',
    toDo: 'Fetch {url}/ping from a pod in the cluster and from elsewhere, and compare. Applying the agent manifest again does not help.',
    cause: null,
  },
  normal(
    'ping-ok',
    /\/ping is accessible/,
    'agent',
    'Normal: the agent’s machine reaches something at Rancher’s address.',
    ONLY_PING,
  ),
  {
    id: 'checksum-mismatch',
    pattern:
      /Configured cacerts checksum \((?<served>[0-9a-f]*)\) does not match given .{0,3}ca-checksum \((?<pinned>[0-9a-f]*)\)/i,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means:
      'The agent was deployed to trust the authority with checksum {pinned}; what answers at Rancher’s address now offers {served}. It refuses to connect.',
    doesNotProve:
      'That Rancher’s authority was changed on purpose: a second or restored Rancher behind the same address does the same. Rancher’s own log shows nothing of this.',
    toDo: 'Make sure that the right Rancher answers, then `/rancher reagent CLUSTER`: applying the agent manifest again makes the agents trust the new authority.',
    cause: 'ca-changed',
  },
  {
    id: 'checksum-hint',
    pattern: /Please check if the correct certificate is configured at (?<url>\S+)/,
    by: 'agent',
    weight: 'sign',
    confidence: 'likely',
    means:
      'Belongs to the line before it: the authority that {url} offers is not the one that the agent was told to trust.',
    doesNotProve: 'Which of the two is right.',
    toDo: 'Read the line before it, or `/rancher diagnose CLUSTER`.',
    cause: 'ca-changed',
  },
  {
    id: 'checksum-without-ca',
    pattern:
      /CATTLE_CA_CHECKSUM is set but there is no CA certificate configured|Failed to pull the cacert from the rancher server settings/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'The agent was deployed to trust a private authority, and Rancher’s setting `cacerts` is empty or could not be fetched: Rancher has moved to a public certificate.',
    doesNotProve: 'That the certificate that Rancher presents now is good.',
    toDo: '`/rancher reagent CLUSTER`: a new manifest has no checksum any more, so applying it helps.',
    cause: 'private-ca-removed',
  },
  {
    id: 'cacerts-not-a-certificate',
    pattern:
      /Value from (?<url>\S+) does not look like an x509 certificate(?: \((?<reason>[^)]*)\)?)?/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'What {url} answered is no certificate: the setting `cacerts` is empty (Rancher 2.1 says it in these words) or damaged, or a proxy answered with a page of its own.',
    doesNotProve: 'Which of these it is.',
    toDo: '`/rancher diagnose CLUSTER` compares. Empty on purpose: apply the agent manifest again. A proxy’s page: repair the proxy, applying does not help.',
    cause: null,
  },
  normal(
    'cacerts-ok',
    /Value from \S+ is an x509 certificate/,
    'agent',
    'Normal: Rancher’s setting `cacerts` holds a certificate, with the checksum that the agent expects.',
    'That the certificate that Rancher presents was issued by it: the agent tests that afterwards.',
  ),
  {
    id: 'cacerts-no-json',
    pattern: /^parse error: /,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'In place of Rancher’s setting the start script got something that is not JSON, such as a log-in page. The container ends with exit code 4.',
    doesNotProve: 'Who answered.',
    toDo: 'Fetch Rancher’s address with `/v3/settings/cacerts` from a pod and look at the answer: a proxy or captive portal sits in between. Applying the agent manifest again does not help.',
    cause: 'rancher-answers-foreign',
  },
  {
    id: 'cacerts-shown',
    pattern: /^Retrieved cacerts:/,
    by: 'agent',
    weight: 'sign',
    confidence: 'certain',
    means:
      'The start script shows what it got as Rancher’s `cacerts`, because it was no certificate. Nothing behind the colon: it was empty.',
    doesNotProve: 'Whether that is on purpose.',
    toDo: 'Read the line before it, or `/rancher diagnose CLUSTER`.',
    cause: null,
  },
  {
    id: 'loopback-resolver',
    pattern: /Loopback address found in \/etc\/resolv\.conf/,
    by: 'agent',
    weight: 'sign',
    confidence: 'likely',
    means:
      'The pod asks a name server on its own machine, as systemd-resolved sets it up. Inside a container nothing answers there.',
    doesNotProve: 'That names cannot be resolved: the next lines say so if it is so.',
    toDo: 'If Rancher’s name cannot be resolved: give the kubelet the real resolv.conf (`--resolv-conf`).',
    cause: 'dns-fails',
  },
  {
    id: 'cleanup',
    pattern: /CLUSTER_CLEANUP=true/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means:
      'This agent was started to remove Rancher’s objects from the cluster, not to connect it.',
    doesNotProve: 'Who asked for that.',
    toDo: 'Find out whether somebody deleted the cluster in Rancher before you bring anything back.',
    cause: 'cluster-deleted',
  },
  normal(
    'environment',
    /^Environment: CATTLE_/,
    'agent',
    'Normal: the agent’s settings at its start. `CATTLE_SERVER` is where it looks for Rancher, `CATTLE_CA_CHECKSUM` which authority it trusts.',
    'That these are the right ones: `/rancher diagnose CLUSTER` compares them with Rancher.',
  ),
  normal(
    'resolv-conf',
    /^Using resolv\.conf/,
    'agent',
    'Normal: which name servers the agent’s pod asks.',
    'That they answer.',
  ),
  normal(
    'resolves-to',
    /^\S+ resolves to(?: |$)/,
    'agent',
    'Normal: what Rancher’s name resolves to in the cluster. Nothing behind it: the address is a number already.',
    'That this is the right address: compare it. A wildcard of a search domain can catch the name.',
  ),
  normal(
    'recording-mark',
    /^-- (?:exit \d+|still running) --$/,
    'agent',
    'Not of the agent: whoever recorded the log marked the end of a run.',
  ),
]
