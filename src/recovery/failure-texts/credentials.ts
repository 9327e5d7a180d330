import type { FailureText } from './failure-text.ts'

/** Why a source of credentials for a cluster does not work. */
export const credentialTexts = {
  'cluster.credential-expired': {
    says: (f) => `The client certificate of ${f.source} ended on ${f.end}.`,
    nextStep: () =>
      'Write a new kubeconfig; on RKE2 and K3s the file on a server node is renewed when its service restarts.',
  },
  'cluster.credential-not-yet-valid': {
    says: (f) => `The client certificate of ${f.source} is good from ${f.start} on only.`,
    nextStep: () => 'Compare the clocks of the worker and of whatever issued the certificate.',
  },
  'cluster.loopback-address': {
    says: (f) =>
      `${f.source} leads to ${f.server}, which on the worker is the worker itself, and the cluster is not there.`,
    nextStep: (f) => `Replace the address in the kubeconfig by ${f.instead}.`,
    operator:
      'Files that RKE, RKE2 and K3s write on a node name 127.0.0.1. The new address must be in the certificate of the API server (`tls-san` of RKE2 and K3s).',
  },
  'cluster.inside-address': {
    says: (f) => `${f.source} leads to ${f.server}, an address that only the cluster itself has.`,
    nextStep: () =>
      'Use a kubeconfig with the address of a control-plane node or of the load balancer in front of them.',
  },
  'cluster.only-through-rancher': {
    says: (f) =>
      `${f.source} goes through Rancher, which does not get through to the cluster: ${f.reason}.`,
    nextStep: () =>
      'It cannot work while the cluster is lost: name a source that leads to the API server directly.',
    operator:
      'Its address has `/k8s/clusters/…`. So have the files that the Rancher page offers, and the Secrets `NAME-kubeconfig` in `fleet-default`.',
  },
  'cluster.not-handed-out': {
    says: (f) => `Cluster "${f.cluster}" is reached through Rancher with Reagent’s own token only.`,
    nextStep: () => 'That one stays here. Download a kubeconfig from the Rancher page instead.',
  },
  'cluster.not-in-a-cluster': {
    says: () => 'The worker does not run in a cluster, or its pod has no service account token.',
    nextStep: () => 'Name a kubeconfig for the Secret, or let the pod have its token.',
    operator: 'The key is `secret.kubeconfig`; for the pod it is `automountServiceAccountToken`.',
  },
  'cluster.secret-unreadable': {
    says: (f) => `The Secret ${f.secret} gives no kubeconfig: ${f.reason}.`,
    nextStep: () => 'Create it, or correct namespace, name and key in reagent.yaml.',
    operator:
      'The worker’s account needs the right to get this Secret. Without a key, `kubeconfig`, `value` and `config` are looked for.',
  },
  'cluster.nothing-kept': {
    says: (f) => `Rancher keeps no usable credentials of ${f.cluster}. Looked for: ${f.looked}.`,
    nextStep: () => 'Name another source for this cluster; docs/deployment.md says which fit.',
    operator: 'Rancher’s own cluster was read; each of the places that are known was empty.',
  },
  'cluster.no-direct-endpoint': {
    says: (f) => `${f.source} has no context that leads to the cluster directly.`,
    nextStep: () =>
      'Enable the authorised cluster endpoint and generate the kubeconfig again, or name another source.',
  },
  'cluster.local-unreadable': {
    says: (f) => `Rancher’s own cluster cannot be read by ${f.way}: ${f.reason}.`,
    nextStep: () => 'Correct rke-state of this cluster in reagent.yaml.',
  },
  'cluster.command-failed': {
    says: (f) => `The command ${f.program} gave nothing: ${f.reason}.`,
    nextStep: () => 'Run it by hand on the worker, followed by `get --raw /version`.',
    operator: 'What it printed is shown nowhere, because it may hold credentials.',
  },
  'cluster.source-slow': {
    says: (f) => `${f.source} gave no credentials within ${f.limitMs} ms.`,
    nextStep: () => 'Check what it is read from, or move it behind a faster source.',
  },
  'cluster.unproved': {
    says: (f) => `Nothing shows that ${f.server} is cluster "${f.cluster}": ${f.reason}.`,
    nextStep: (f) =>
      `Nothing was written. If it is the right one, pin the uid of its namespace kube-system as clusters.NAME.uid${f.uid ? `: ${f.uid}` : ''} in reagent.yaml.`,
    operator:
      'Reagent writes to a cluster only after a proof that it is the one that Rancher means. [Security](security.md#a-wrong-kubeconfig) says which count.',
  },
} satisfies Record<string, FailureText>
