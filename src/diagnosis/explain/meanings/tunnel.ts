import { type LineMeaning, normal } from './line-meaning.ts'

// What the agent says about its tunnel to Rancher (reference §3.2, rows 21a to 27 and 34 to 36).

export const tunnel: readonly LineMeaning[] = [
  {
    id: 'token-unknown',
    pattern: /Response status: \d{3}.*cluster not found/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means:
      'Rancher does not know the token that the agent came with: the registration token was deleted, the cluster was deleted, or another or restored Rancher answers.',
    doesNotProve: 'Which of these. The cluster may well still be there in Rancher.',
    toDo: 'Look whether the cluster is still in Rancher (`/rancher clusters`), under the id that it had. If so, `/rancher reagent CLUSTER`: a new manifest brings a good token.',
    cause: 'token-revoked',
  },
  {
    id: 'token-refused',
    pattern: /Response status: 401|failed authentication/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'Rancher did not accept the credentials of a tunnel: its token is missing, empty, or not (yet) known.',
    doesNotProve:
      'That the cluster is lost: a single one within a second of a good connection is usual at the first start.',
    toDo: 'If it comes again and again, `/rancher diagnose CLUSTER`: a new credentials secret comes with the manifest.',
    cause: 'token-revoked',
  },
  {
    id: 'registration-info-missing',
    pattern:
      /missing node or cluster registration info|invalid input, (?:token|caCert|hostname) empty|(?:token|caCert|hostname) empty/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'The agent could not tell Rancher how to reach its API server: the token or authority of its service account could not be read.',
    doesNotProve: 'That the registration token is bad: Rancher did not complain about that.',
    toDo: 'Restore ServiceAccount `cattle` in cattle-system and its secret, then restart the agent.',
    cause: 'service-account-missing',
  },
  {
    id: 'service-account-missing',
    pattern: /looking up \S+ ca\/token: |no secret exists for service account/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means: 'ServiceAccount `cattle` of the agents, or its secret, is not there.',
    doesNotProve: 'Who removed it: a restored etcd does this too.',
    toDo: '`/rancher reagent CLUSTER`: the manifest brings the service account back.',
    cause: 'service-account-missing',
  },
  {
    id: 'upgrade-refused',
    pattern: /Response status: (?<status>\d{3}).*bad handshake|Response status: (?<bare>\d{3})/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'The way to Rancher does not let the web socket through: the answer came from a proxy, load balancer or firewall, or from a Rancher that is not well.',
    doesNotProve:
      'That the token is good: the request may never have reached Rancher. Only the body of the answer tells.',
    toDo: 'Let the load balancer pass web sockets (`Upgrade` and `Connection` headers) on `/v3/connect`. Applying the agent manifest again does not help.',
    cause: 'websocket-blocked',
  },
  {
    id: 'bad-handshake',
    pattern: /websocket: bad handshake/,
    by: 'agent',
    weight: 'fault',
    confidence: 'possible',
    means:
      'The tunnel was refused, and this line does not say why: a token that Rancher does not know, or something on the way that does not pass web sockets.',
    doesNotProve:
      'Either of them. Agents up to 2.2 never show the answer; up to Rancher 2.4 even a refusal is answered with 200.',
    toDo: '`/rancher diagnose CLUSTER` compares the agent’s token with Rancher’s. A token that is good means the load balancer: applying does not help then.',
    cause: null,
  },
  {
    id: 'cluster-not-found',
    pattern: /\bcluster not found\b/,
    by: 'rancher',
    weight: 'fault',
    confidence: 'likely',
    means: 'Rancher’s answer to a registration token, or to a cluster id, that it does not know.',
    doesNotProve:
      'That the cluster was deleted: the token alone may have been, or another Rancher answers.',
    toDo: 'Look whether the cluster is still in Rancher (`/rancher clusters`). If so, `/rancher reagent CLUSTER`.',
    cause: 'token-revoked',
  },
  {
    id: 'agent-no-name',
    pattern:
      /dial tcp: lookup (?<host>\S+?)(?: on (?<resolver>\S+))?: (?:no such host|server misbehaving|i\/o timeout)|no such host/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means: 'A name could not be resolved where this was written.',
    doesNotProve: 'That the name is wrong elsewhere.',
    toDo: 'Repair name resolution there (CoreDNS, resolv.conf). Applying the agent manifest again does not help.',
    cause: 'dns-fails',
  },
  {
    id: 'agent-no-connection',
    pattern:
      /dial tcp (?<target>\S+?): (?:connect: )?(?:connection refused|i\/o timeout|no route to host|network is unreachable|connection timed out)/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means: 'No connection to {target} came about from where this was written.',
    doesNotProve: 'That the server there is down: a firewall or a wrong address looks the same.',
    toDo: 'Find out what {target} should be and try it from elsewhere. If it is Rancher, applying the agent manifest again does not help.',
    cause: 'egress-blocked',
  },
  {
    id: 'dialer-error',
    pattern: /Failed to connect to proxy|Remotedialer proxy error/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'The agent could not open its tunnel to Rancher (“proxy” is what it calls Rancher here), for the reason behind it.',
    doesNotProve: 'That a proxy is at fault.',
    toDo: 'Read the reason, or `/rancher diagnose CLUSTER`.',
    cause: null,
  },
  {
    id: 'secure-connection',
    pattern: /Could not securely connect to (?<url>\S+?):/,
    by: 'agent',
    weight: 'fault',
    confidence: 'likely',
    means: 'The agent’s test of Rancher’s certificate at {url} failed, so it ends.',
    doesNotProve: 'That the certificate is bad: the reason behind it may be the way there.',
    toDo: 'Read the reason, or `/rancher diagnose CLUSTER`.',
    cause: 'rancher-certificate-untrusted',
  },
  {
    id: 'embedded-failed',
    pattern: /Embedded rancher failed to start|jailer\.sh: no such file/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means:
      'The agent’s image does not fit: the part of Rancher that runs inside it does not start.',
    doesNotProve: 'That the way to Rancher is broken.',
    toDo: 'Compare the image with Rancher’s setting `agent-image`, also in the private registry, and bring the right one.',
    cause: 'agent-image-broken',
  },
  {
    id: 'rancher-installed',
    pattern: /Rancher has been installed, restarting/,
    by: 'agent',
    weight: 'fault',
    confidence: 'certain',
    means:
      'There is a Service `rancher` in cattle-system of this cluster, so the agent takes the cluster for one that Rancher runs on.',
    doesNotProve: 'That Rancher really runs there.',
    toDo: 'Remove what is left of Rancher in that cluster.',
    cause: null,
  },
  normal(
    'connecting',
    /^Connecting to wss?:\/\/\S+/,
    'agent',
    'Normal: the agent opens its tunnel to Rancher.',
    'That it opened. If nothing follows and the cluster stays unavailable, on Rancher 2.6 and later `CATTLE_FEATURES` may be missing: `/rancher diagnose CLUSTER`.',
  ),
  normal(
    'connecting-proxy',
    /^Connecting to proxy/,
    'agent',
    'Normal: the agent opens its tunnel to Rancher, which it calls a proxy here.',
    'That it opened: an error follows within seconds if it did not.',
  ),
  normal(
    'agent-starting',
    /^Rancher agent version \S+ is starting/,
    'agent',
    'Normal: the agent starts.',
  ),
  normal(
    'credential-cleanup',
    /starting cattle-credential-cleanup goroutine/,
    'agent',
    'Normal: this agent removes credentials secrets that are not in use any more.',
  ),
  normal(
    'debug-port-taken',
    /listen tcp \S+:6060: bind: address already in use/,
    'agent',
    'Noise: another agent on the same node has the port for debugging already.',
    'That the agent is ill: it goes on without that port.',
  ),
  normal(
    'terminated',
    /signal received: "?terminated/,
    'agent',
    'Normal: the agent was asked to stop, for instance by a rollout.',
  ),
]
