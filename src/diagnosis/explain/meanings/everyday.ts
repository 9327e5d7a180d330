import { type LineMeaning, normal } from './line-meaning.ts'

// What a healthy Rancher and its agents write by the dozen (recorded agent-logs/ok.agent.txt and ok.server.txt of 2.1.5 and 2.12.0).

export const everyday: readonly LineMeaning[] = [
  normal(
    'listening',
    /^Listening on /,
    'agent',
    'Normal: the program opens a port or socket of its own.',
  ),
  normal(
    'controllers',
    /^Starting (?:\S+, Kind=\S+ controller|API controllers|steve aggregation client|ServiceAccountSecretCleaner)|^Watching metadata for |^Started SQL cache|^CacheFor (?:STARTS|IS DONE)|^Steve auth startup complete|^Running in single server mode|^Scanning (?:NodeTemplates|ClusterTemplates)|^ServiceAccountSecretCleaner/,
    'agent',
    'Normal: a part of Rancher starts to watch one kind of object. Many such lines follow a good connection.',
    'That all parts come up: an agent that ends with such a line while the cluster stays unavailable may lack `CATTLE_FEATURES` (`/rancher diagnose CLUSTER`).',
  ),
  normal(
    'definitions',
    /^(?:Applying CRD|Updating embedded CRD) /,
    'agent',
    'Normal: Rancher brings the definitions of its own kinds of object into the cluster.',
  ),
  normal(
    'registering',
    /^Registering \S+|^registering podsecuritypolicy \S+ handler for cluster/,
    'rancher',
    'Normal: a part of Rancher starts to work with the cluster.',
  ),
  normal(
    'own-certificates',
    /^(?:Active|Updating) TLS secret |^certificate CN=\S+ signed by |dynamiclistener \S+: no cached certificate available/,
    'agent',
    'Normal: the program renews or loads the certificate that it serves inside the cluster.',
    'Anything about the certificate at Rancher’s public address: this is another one.',
  ),
  normal(
    'empty-settings',
    /^Invalid GC (?:interval|keep count) ""/,
    'agent',
    'Noise: a setting was left empty, and the default is taken.',
  ),
  normal(
    'service-account-secret',
    /^EnsureSecretForServiceAccount: /,
    'agent',
    'Normal: the agent makes or finds the token of its service account.',
  ),
  normal(
    'kubeconfig-secret',
    /^\[kubeconfigmanager\] /,
    'rancher',
    'Normal: Rancher keeps the kubeconfig secret of a cluster in order.',
  ),
  normal(
    'leader-election',
    /(?:attempting to acquire leader lease|successfully acquired lease) (?<lease>\S+)/,
    'agent',
    'Normal: several copies of a program agree on which of them works.',
  ),
  normal(
    'deprecated',
    /^"?Warning: .* is deprecated in v/,
    'agent',
    'Noise: a kind of object is out of date in this version of Kubernetes, and still served.',
  ),
  normal(
    'kind-not-served',
    /^"?(?:Failed to watch|Unhandled Error)"?.*(?:the server could not find the requested resource|the server is currently unable to handle the request)/,
    'agent',
    'Noise: an API server does not serve this kind of object, or not yet. Newer agents on older Kubernetes versions say it again and again.',
    'That the API server is ill: everything else goes on.',
  ),
]
