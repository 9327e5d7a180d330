import { type LineMeaning, normal } from './line-meaning.ts'

// What Rancher's server writes, in its log and into the conditions of a cluster (reference §3.2, rows 17, 18, 28 to 32, 37, 38, 41).

const ANYBODY =
  'Who it was. Browsers, monitoring and other clusters give the same line, and it does not prove that a cluster is lost.'

export const rancherServer: readonly LineMeaning[] = [
  {
    id: 'peer-refused-certificate',
    pattern:
      /TLS handshake error from (?<peer>\S+?): remote error: tls: (?<alert>bad certificate|unknown certificate authority|unknown certificate|expired certificate|certificate unknown|revoked certificate|unsupported certificate)/,
    by: 'rancher',
    weight: 'sign',
    confidence: 'certain',
    means:
      'Whoever connected from {peer} refused Rancher’s certificate and hung up. The cause is in what that side trusts, or in the certificate that Rancher presents; no client certificate is involved.',
    doesNotProve: ANYBODY,
    toDo: 'If the address belongs to a cluster, diagnose that one: its agents’ own log says why. Applying the agent manifest again helps when Rancher’s authority or address has changed.',
    cause: 'ca-changed',
  },
  {
    id: 'handshake-broken-off',
    pattern:
      /TLS handshake error from (?<peer>\S+?): (?:EOF|\S*:? ?.*i\/o timeout|\S*:? ?.*connection reset by peer)/,
    by: 'rancher',
    weight: 'normal',
    confidence: 'likely',
    means:
      'Whoever connected from {peer} hung up before TLS was spoken: health checks of load balancers and port scans do that.',
    doesNotProve: 'That an agent is in trouble.',
    toDo: 'Nothing because of this line, unless it comes from a node at the pace of an agent’s attempts (about every 10 seconds).',
    cause: null,
  },
  {
    id: 'handshake-plain',
    pattern:
      /TLS handshake error from (?<peer>\S+?): (?:tls: first record does not look like a TLS handshake|http: server gave HTTP response)/,
    by: 'rancher',
    weight: 'sign',
    confidence: 'certain',
    means: 'Whoever connected from {peer} did not speak TLS on a port where Rancher expects it.',
    doesNotProve: 'That it was an agent: these always speak TLS.',
    toDo: 'Look at the health checks and ports of the load balancer.',
    cause: null,
  },
  {
    id: 'handshake-other',
    pattern: /TLS handshake error from (?<peer>\S+?): (?<reason>.+)/,
    by: 'rancher',
    weight: 'sign',
    confidence: 'possible',
    means: 'TLS with {peer} was not agreed on: {reason}.',
    doesNotProve: ANYBODY,
    toDo: 'If the address belongs to a cluster, read the log of its agents, or diagnose it.',
    cause: null,
  },
  {
    id: 'tunnel-token-unknown',
    pattern:
      /Failed to handle tunnel request from remote address (?<peer>\S+?): response \d{3}: cluster not found/,
    by: 'rancher',
    weight: 'fault',
    confidence: 'certain',
    means: 'An agent came from {peer} with a registration token that this Rancher does not know.',
    doesNotProve:
      'That its cluster was deleted: the token alone may have been, or the agent belongs to another Rancher.',
    toDo: 'Find the cluster by its address. If it is still in Rancher, `/rancher reagent CLUSTER` brings it a good token; if not, remove the agent there.',
    cause: 'token-revoked',
  },
  {
    id: 'tunnel-refused',
    pattern:
      /Failed to handle tunnel request from remote address (?<peer>\S+?): response (?<status>\d{3}): (?<reason>.+)/,
    by: 'rancher',
    weight: 'sign',
    confidence: 'likely',
    means: 'Rancher refused a tunnel from {peer} with {status}: {reason}.',
    doesNotProve:
      'That a cluster is lost: a single 401 within a second of a good connection is usual when an agent starts.',
    toDo: 'If it comes again and again from one address, diagnose the cluster that it belongs to.',
    cause: null,
  },
  {
    id: 'stale-session',
    pattern: /failed to find Session for client (?<session>\S+)/,
    by: 'rancher',
    weight: 'fault',
    confidence: 'certain',
    means:
      'A replica of Rancher looks for the tunnel {session} where it is not: the session is with another replica, or gone.',
    doesNotProve: 'That the agent is not connected.',
    toDo: 'Restart Rancher’s pods, or run one replica meanwhile. Applying the agent manifest again does not help.',
    cause: 'tunnel-session-stale',
  },
  {
    id: 'no-session',
    pattern:
      /cluster agent disconnected|waiting for cluster (?:\[\S+\] )?agent to connect|cannot connect to the cluster's Kubernetes API|Cluster agent is not connected/i,
    by: 'rancher',
    weight: 'fault',
    confidence: 'certain',
    means: 'Rancher has no tunnel of the cluster’s agent, so it cannot reach that cluster.',
    doesNotProve: 'Why: this is what Rancher sees, and the reason is at the agents.',
    toDo: '`/rancher diagnose CLUSTER`.',
    cause: null,
  },
  {
    id: 'cluster-unavailable',
    pattern: /ClusterUnavailable|cannot determine access, cluster is unavailable/,
    by: 'rancher-api',
    weight: 'fault',
    confidence: 'certain',
    means:
      'Rancher’s API could not pass a request on to the cluster, because it has no tunnel to it.',
    doesNotProve: 'That the cluster itself is down.',
    toDo: '`/rancher diagnose CLUSTER`.',
    cause: null,
  },
  {
    id: 'health-unauthorized',
    pattern: /(?:health check failed|Failed to communicate with API server).*Unauthorized/i,
    by: 'condition',
    weight: 'fault',
    confidence: 'likely',
    means:
      'The cluster’s API server does not accept the service account token that Rancher keeps any more: the account was made anew, or etcd was restored.',
    doesNotProve: 'That the tunnel is broken: the answer came through it.',
    toDo: 'Restart the cluster agent, or apply its manifest again: it tells Rancher the new token when it connects.',
    cause: 'service-account-missing',
  },
  {
    id: 'health-failed',
    pattern: /health check failed|Failed to communicate with API server/i,
    by: 'condition',
    weight: 'fault',
    confidence: 'likely',
    means:
      'Rancher reaches the cluster’s agent or tries to, and the cluster’s API server did not answer as it should.',
    doesNotProve: 'That the agents are at fault: the API server or etcd may be slow or down.',
    toDo: '`/rancher diagnose CLUSTER` looks at the API server by its own way.',
    cause: null,
  },
  {
    id: 'agent-yaml',
    pattern: /Error while applying agent YAML/,
    by: 'condition',
    weight: 'sign',
    confidence: 'certain',
    means:
      'Rancher tried to bring its own agent manifest to the cluster through the tunnel and failed; it tries again by itself.',
    doesNotProve: 'That the agents in the cluster do not work.',
    toDo: 'If it stays, `/rancher diagnose CLUSTER`.',
    cause: null,
  },
  {
    id: 'remotedialer-closed',
    pattern: /error in remotedialer server \[\d+\]: .*(?:close 1006|unexpected EOF|i\/o timeout)/,
    by: 'rancher',
    weight: 'sign',
    confidence: 'likely',
    means:
      'An open tunnel broke off without a good-bye: the agent ended, or something on the way closed it, such as a load balancer that cuts idle connections.',
    doesNotProve: 'That the cluster is lost: an agent connects again within seconds if it can.',
    toDo: 'Once: nothing. Again and again: set the idle time of the load balancer to 60 seconds or more, and see whether two agents use one registration.',
    cause: null,
  },
  {
    id: 'tunnel-disconnect',
    pattern: /tunnel disconnect/,
    by: 'rancher',
    weight: 'sign',
    confidence: 'certain',
    means: 'A tunnel closed, and everything that Rancher watched through it ended with it.',
    doesNotProve: 'Why it closed.',
    toDo: 'If the cluster stays unavailable for more than a minute, `/rancher diagnose CLUSTER`.',
    cause: null,
  },
  {
    id: 'refused-with-200',
    pattern: /superfluous response\.WriteHeader call from \S*remotedialer\.DefaultErrorWriter/,
    by: 'rancher',
    weight: 'sign',
    confidence: 'likely',
    means:
      'Rancher (up to 2.4) refused a tunnel, most often because it does not know the agent’s token, and wrote the refusal in the wrong order, so that the agent sees 200.',
    doesNotProve: 'Which agent it was: the line has no address.',
    toDo: 'Look for a cluster that is lost (`/rancher clusters`) and diagnose it.',
    cause: 'token-revoked',
  },
  {
    id: 'unauthorized',
    pattern: /must authenticate/,
    by: 'rancher-api',
    weight: 'fault',
    confidence: 'certain',
    means:
      'Rancher’s API got no token, or one that it does not accept: wrong, expired, or of a user who was switched off.',
    doesNotProve: 'That a cluster is lost: this is about the API, not about agents.',
    toDo: 'Whoever asked needs a good API token. For Reagent’s own: `reagent check`.',
    cause: null,
  },
  {
    id: 'api-not-found',
    pattern: /(?<resource>[a-z]+)\.management\.cattle\.io \\?"(?<name>[^"\\]+)\\?" not found/,
    by: 'rancher',
    weight: 'sign',
    confidence: 'likely',
    means:
      'Rancher was asked for {resource} {name} and has none of that name, or does not show it to whoever asked.',
    doesNotProve:
      'That it was deleted: right after an agent connects, parts of Rancher may look for it too early.',
    toDo: 'If it is about a cluster that you miss: `/rancher clusters`.',
    cause: null,
  },
  {
    id: 'server-url-unset',
    pattern: /waiting for server-url setting to be set/,
    by: 'rancher',
    weight: 'fault',
    confidence: 'certain',
    means: 'Rancher’s setting `server-url` is empty, so it cannot tell agents where to go.',
    doesNotProve: 'That agents that run already are in trouble.',
    toDo: 'Set `server-url`.',
    cause: 'server-url-wrong',
  },
  {
    id: 'default-backend',
    pattern: /default backend - 404/,
    by: 'cluster',
    weight: 'fault',
    confidence: 'certain',
    means:
      'An nginx ingress answered that it has nothing for this host name: the request never reached Rancher.',
    doesNotProve: 'That Rancher is down.',
    toDo: 'Compare the host name with the ingress of Rancher.',
    cause: 'rancher-answers-foreign',
  },
  normal(
    'stopping-cluster-agent',
    /Stopping cluster agent for (?<id>\S+)/,
    'rancher',
    'Rancher ends its own controllers for {id}, because it has no tunnel to that cluster. It repeats this while the cluster is lost.',
    'Why the tunnel is missing.',
  ),
  normal(
    'backend-connection',
    /Handling backend connection request \[(?<session>[^\]]+)\]/,
    'rancher',
    'Good: an agent’s tunnel was accepted, as session {session}.',
    'That the cluster is back: from Rancher 2.6 on, a second session that starts with `stv-cluster-` is needed.',
  ),
  normal(
    'starting-cluster',
    /Starting cluster (?:controllers|agent) for (?<id>\S+)/,
    'rancher',
    'Good: Rancher has a tunnel to {id} and starts to work with that cluster.',
    'That it stays so: Rancher 2.1 drops back once, about 15 seconds later.',
  ),
]
