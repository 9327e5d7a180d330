import type { FailureText } from './failure-text.ts'

export const clusterTexts = {
  'cluster.no-credentials': {
    says: (f) => `No credentials for cluster "${f.cluster}": ${f.tried}.`,
    nextStep: (f) =>
      `Name a kubeconfig for it in reagent.yaml under clusters.${f.cluster}.kubeconfig, or other sources for all clusters under credentials.`,
    operator: 'The key is the name that Rancher shows, letter by letter.',
  },
  'cluster.kubeconfig-unreadable': {
    says: (f) => `The kubeconfig ${f.path} cannot be used: ${f.reason}.`,
    nextStep: () =>
      'Correct the file; `kubectl --kubeconfig FILE version` must work on the worker.',
    operator:
      'Neither the file nor what an exec plugin printed is quoted anywhere, because both may hold credentials.',
  },
  'cluster.unreachable': {
    says: (f) => `No connection to the API server at ${f.server}: ${f.reason}.`,
    nextStep: () =>
      'Bring the API server back first (etcd, control-plane nodes, firewall), then run again.',
  },
  'cluster.timed-out': {
    says: (f) => `The API server at ${f.server} did not answer within ${f.timeoutMs} ms.`,
    nextStep: () => 'Check etcd and the control-plane nodes, then run again.',
  },
  'cluster.certificate-untrusted': {
    says: (f) => `The certificate of the API server at ${f.server} does not verify: ${f.reason}.`,
    nextStep: () => 'Compare it with certificate-authority-data in the kubeconfig.',
  },
  'cluster.unauthorized': {
    says: (f) =>
      `The API server at ${f.server} does not accept the kubeconfig’s credentials (401).`,
    nextStep: () => 'Renew the kubeconfig; its certificate or token may have expired.',
  },
  'cluster.forbidden': {
    says: (f) => `The kubeconfig’s user may not ${f.action} (403).`,
    nextStep: () =>
      'Give it that right, or use another kubeconfig; `reagent check CLUSTER` names all that are missing.',
    operator: 'What is needed is in [security.md](security.md#rights-in-the-cluster).',
  },
  'cluster.wrong-cluster': {
    says: (f) => `The kubeconfig leads to ${f.found}, but Rancher means ${f.expected}.`,
    nextStep: (f) =>
      `Nothing was written. Correct the source of credentials for this cluster in reagent.yaml. Only if the cluster’s authority was replaced and it is the right one, pin it: clusters.${f.cluster}.uid: ${f.uid}`,
    operator:
      'The first eight digits of the SHA-256 of the two authorities’ public keys, or two uids of kube-system, are shown. [Security](security.md#a-wrong-kubeconfig) says what counts as a proof.',
  },
  'cluster.dry-run-ignored': {
    says: (f) =>
      `The API server at ${f.server} stored ${f.object} although it was asked for a dry run, which is to store nothing.`,
    nextStep: (f) =>
      `Look at ${f.object}: it may have been changed without an approval. Then find out what stands in front of this API server.`,
    operator:
      'Before its first dry run Reagent makes sure that the API server checks the parameter `dryRun`. One that checks it and then ignores it, as a proxy may that rewrites requests, is noticed only by what it answers.',
  },
  'cluster.kind-not-served': {
    says: (f) => `The API server serves no ${f.kind} in a version that Reagent knows.`,
    nextStep: () =>
      'Nothing was written. This Rancher version does not support this Kubernetes version.',
  },
  'cluster.refused': {
    says: (f) => `The API server refused ${f.object}: ${f.reason}.`,
    nextStep: () =>
      'Read the reason above; an admission policy or a quota must allow this object first.',
    operator: 'A webhook that cannot be called counts as a refusal too.',
  },
  'cluster.changed': {
    says: (f) => `${f.object} was changed by somebody else while it was being written.`,
    nextStep: () => 'Run again: the new plan starts from what is there now.',
    operator:
      'The run looks again and goes on by itself up to four times before it ends with this.',
  },
  'cluster.outcome-unknown': {
    says: (f) => `The connection dropped while ${f.object} was being written.`,
    nextStep: () =>
      'Nothing is written again until the cluster has been looked at, which happens by itself.',
    operator:
      'The run stands as `unknown` and looks again every 5 s (`LOOK_AGAIN_MS` in `jobs/apply.ts`) until a look succeeds; then it goes on or ends.',
  },
  'cluster.failing': {
    says: (f) => `The API server at ${f.server} answered ${f.status}.`,
    nextStep: () => 'Look at the API server’s log, then run again.',
  },
  'cluster.unexpected-answer': {
    says: (f) => `The answer from ${f.server} is not from an API server: ${f.reason}.`,
    nextStep: () => 'Check the server address in the kubeconfig.',
  },
} satisfies Record<string, FailureText>
