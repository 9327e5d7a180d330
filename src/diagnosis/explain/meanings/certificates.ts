import { type LineMeaning, normal } from './line-meaning.ts'

// What goes wrong when somebody verifies a certificate, in the words of Rancher’s agents and of Go (reference §3.2, rows 10 to 21).

const EITHER =
  'Whether Rancher’s certificate or the trust of whoever complains is at fault: both give this line.'

export const certificates: readonly LineMeaning[] = [
  {
    id: 'certificate-expired',
    pattern:
      /x509: certificate has expired or is not yet valid(?:: current time (?<now>\S+) is (?<side>after|before) (?<limit>\S+))?|Server certificate is not valid, please check if the host has the correct time/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'By the clock of whoever wrote this, the certificate that it was shown is out of its dates: expired, or not valid yet.',
    doesNotProve:
      'That the certificate expired: a clock that is wrong on that node gives the same line. Compare the time in it with the true one.',
    toDo: 'Clock right: renew Rancher’s certificate. Clock wrong: repair time synchronisation on the node. Applying the agent manifest again helps in neither case.',
    cause: 'certificate-expired',
  },
  {
    id: 'ingress-certificate',
    pattern:
      /x509: certificate is valid for ingress\.local|Kubernetes Ingress Controller Fake Certificate/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means:
      'The ingress in front of Rancher answered with its own placeholder certificate: it has none for this host name.',
    doesNotProve: 'That Rancher’s own certificate is wrong.',
    toDo: 'Repair the ingress of Rancher (host name, TLS secret `tls-rancher-ingress`). Applying the agent manifest again does not help.',
    cause: 'certificate-name-mismatch',
  },
  {
    id: 'certificate-name',
    pattern:
      /x509: certificate is (?:not )?valid for (?<names>.+?), not (?<wanted>[^\s"]+)|cannot validate certificate for (?<address>\S+) because it doesn't contain any IP SANs|does not contain correct DNS and\/or IP address entries in the SAN|x509: certificate is not valid for any names/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means: 'The certificate that was presented is not for the name or address that was asked for.',
    doesNotProve:
      'That the agent goes to the right address: perhaps the address is wrong, and the certificate right.',
    toDo: 'Give Rancher a certificate with that name in it, or correct `server-url` and then `/rancher reagent CLUSTER`. Applying alone does not help.',
    cause: 'certificate-name-mismatch',
  },
  {
    id: 'downstream-authority',
    pattern: /x509: certificate signed by unknown authority.*"kube-ca"/,
    by: 'condition',
    weight: 'fault',
    confidence: 'likely',
    means:
      'Rancher does not trust the API server of the cluster: that one has a new authority, Rancher still has the old one.',
    doesNotProve: 'That anything is wrong with Rancher’s own certificate.',
    toDo: 'Restart the cluster agent: it tells Rancher the new authority when it connects.',
    cause: 'downstream-ca-changed',
  },
  {
    id: 'webhook-certificate',
    pattern: /failed calling webhook "(?<webhook>[^"]+)"/,
    by: 'cluster',
    weight: 'fault',
    confidence: 'likely',
    means:
      'An API server asked the admission webhook {webhook} and got no usable answer, so it refused what was to be written.',
    doesNotProve:
      'Why: the rest of the line says whether it was a certificate, a time limit or a missing service.',
    toDo: 'Look at that webhook. For `rancher.cattle.io` up to Rancher 2.6.2, its certificate expires after a year: delete Secret `cattle-system/cattle-webhook-tls` and restart `rancher-webhook`.',
    cause: 'admission-webhook-refuses',
  },
  {
    id: 'no-system-roots',
    pattern:
      /failed to load system roots and no roots provided|Strict CA verification is enabled but encountered error finding root CA/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means:
      'The agent may trust only the authority in Rancher’s setting `cacerts` (`agent-tls-mode` is strict), and that setting is empty.',
    doesNotProve: 'That the certificate that Rancher presents is bad.',
    toDo: 'Put the authority into `cacerts`, or set `agent-tls-mode` to `system-store`; then `/rancher reagent CLUSTER`, because the agents need a new manifest.',
    cause: 'private-ca-removed',
  },
  {
    id: 'proxy-error',
    pattern: /proxyconnect tcp/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means: 'The agent goes through an HTTP(S) proxy, and the connection to that proxy failed.',
    doesNotProve: 'That Rancher is not reachable without the proxy.',
    toDo: 'Look at `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` in the agent’s environment (`agentEnvVars` of the cluster). `NO_PROXY` must hold the cluster’s networks, `.svc` and `.cluster.local`.',
    cause: 'proxy-misconfigured',
  },
  {
    id: 'strict-refused',
    pattern:
      /Could not securely connect to (?<url>\S+?):? .*certificate signed by unknown authority/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means:
      'What {url} presents was not issued by the authority that the agent holds. It may trust nobody else (`agent-tls-mode` is strict), so it ends.',
    doesNotProve: EITHER,
    toDo: 'Compare Rancher’s setting `cacerts` with the certificate that is served: `/rancher diagnose CLUSTER` does. Applying helps only once both fit.',
    cause: 'rancher-certificate-untrusted',
  },
  {
    id: 'chain-incomplete',
    pattern: /Certificate chain is not complete/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'From the certificates that the server sent, no chain leads to an authority that the agent trusts. An intermediate certificate is missing, or `cacerts` is the wrong one.',
    doesNotProve:
      'Which of the two: an unknown authority and a missing intermediate read the same.',
    toDo: 'Serve leaf and intermediates in this order, or correct `cacerts`. Applying the agent manifest again does not help by itself.',
    cause: 'certificate-chain-incomplete',
  },
  {
    id: 'chain-order',
    pattern:
      /Certi?ficate's Subject \((?<subject>[^)]*)\) does not match with previous certificate Issuer/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means: 'The certificates that the server sent are in the wrong order.',
    doesNotProve: 'That this alone keeps the agent away.',
    toDo: 'Serve them as leaf, then intermediates, each issued by the next. Applying the agent manifest again does not help.',
    cause: 'certificate-chain-incomplete',
  },
  {
    id: 'chain-ends-elsewhere',
    pattern:
      /Issuer of last certificate found in chain \((?<issuer>[^)]*)\) does not match with CA certificate Issuer \((?<authority>[^)]*)\)/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'What the server sent ends at {issuer}; the agent holds {authority}. Either an intermediate certificate is missing, or these are different authorities.',
    doesNotProve:
      'Which of the two. Somebody who opens TLS on the way (a proxy) looks like another authority.',
    toDo: '{issuer} is an intermediate of {authority}: serve it too. It is not: correct `cacerts` in Rancher, then `/rancher reagent CLUSTER`.',
    cause: null,
  },
  {
    id: 'several-authorities',
    pattern: /Found (?<count>\d+) certificates at \S+serverca, should be 1/,
    by: 'agent',
    weight: 'normal',
    confidence: 'certain',
    means:
      'Rancher’s setting `cacerts` holds {count} certificates; the checksum is over all of them.',
    doesNotProve: 'That one of them is wrong.',
    toDo: 'Nothing because of this line.',
    cause: null,
  },
  {
    id: 'no-own-authority',
    pattern: /unable to read CA file from \S*serverca/,
    by: 'agent',
    weight: 'normal',
    confidence: 'likely',
    means:
      'The agent was given no private authority, as with a public certificate. Harmless unless `agent-tls-mode` is strict.',
    doesNotProve: 'That Rancher’s certificate verifies: the next lines say so.',
    toDo: 'Nothing because of this line.',
    cause: null,
  },
  {
    id: 'unknown-authority',
    pattern:
      /x509: certificate signed by unknown authority|self[- ]signed certificate|unable to get local issuer certificate/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'Whoever wrote this does not know the authority that issued the certificate it was shown, or misses an intermediate certificate.',
    doesNotProve: EITHER,
    toDo: '`/rancher diagnose CLUSTER` looks at the certificate from three places. If only the agents’ authority is out of date, applying the manifest again helps.',
    cause: 'rancher-certificate-untrusted',
  },
  {
    id: 'certificate-other',
    pattern: /x509: /,
    by: 'agent',
    weight: 'fault',
    confidence: 'possible',
    means: 'A certificate was refused, for the reason behind `x509:`.',
    doesNotProve: EITHER,
    toDo: '`/rancher diagnose CLUSTER` looks at the certificate from three places.',
    cause: 'rancher-certificate-untrusted',
  },
  normal(
    'certificate-details',
    /^(?:Certificate details (?:from|for) |Certificate #\d|Subject: |Issuer: |IsCA: |DNS Names: |IPAddresses: |NotBefore: |NotAfter: |SignatureAlgorithm: |PublicKeyAlgorithm: )/,
    'agent',
    'The agent lists the certificate that it was shown, or the authority that it holds. It does so when the certificate did not verify, so something is wrong, and another line says what.',
    'What is wrong: look for the line with level error or fatal.',
  ),
  normal(
    'testing-connection',
    /^Testing connection to \S+ using trusted certificate authorities within/,
    'agent',
    'Normal: the agent tries Rancher’s certificate with the authority that it was given.',
    'That it verified. The next line says so if it did not.',
  ),
]
