import type { FailureFacts, FailureText } from './failure-text.ts'

/** Where several ways to Rancher are configured, all of them failed. */
const andOthers = (f: FailureFacts) =>
  'otherWays' in f ? ` The other ways cannot be used either: ${f.otherWays}` : ''

export const rancherTexts = {
  'rancher.unreachable': {
    says: (f) => `No connection to Rancher at ${f.url}: ${f.reason}.${andOthers(f)}`,
    nextStep: (f) => `Check from the worker's network that ${f.url}/ping answers, then run again.`,
  },
  'rancher.timed-out': {
    says: (f) => `Rancher at ${f.url} did not answer within ${f.timeoutMs} ms.${andOthers(f)}`,
    nextStep: () =>
      'Check the load on the Rancher server and the load balancer in front, then run again.',
  },
  'rancher.certificate-untrusted': {
    says: (f) =>
      `The certificate that Rancher at ${f.url} presents does not verify: ${f.reason}.${andOthers(f)}`,
    nextStep: () =>
      'Compare it with the certificate authority in RANCHER_CA_FILE. If the authority was changed on purpose, update that file; if not, find out who answers at this address.',
    operator:
      'With the authority changed on purpose, the agents are refused for the same reason; that is a cause of its own and ends in a plan once RANCHER_CA_FILE is right.',
  },
  'rancher.unauthorized': {
    says: (f) => `Rancher at ${f.url} does not accept the API token (401).${andOthers(f)}`,
    nextStep: () =>
      'Create a new API key in Rancher without a cluster scope and set RANCHER_TOKEN.',
  },
  'rancher.token-scoped': {
    says: (f) =>
      `Rancher at ${f.url} takes the API token for one cluster only: it has a scope.${andOthers(f)}`,
    nextStep: () => 'Create a new API key in Rancher without a scope and set RANCHER_TOKEN.',
  },
  'rancher.forbidden': {
    says: (f) => `The Rancher token may not ${f.action} (403).${andOthers(f)}`,
    nextStep: () => 'Give the token’s user the role Cluster Owner on this cluster, then run again.',
  },
  'rancher.not-found': {
    says: (f) => `Rancher has no ${f.what}, or the token may not see it (404).`,
    nextStep: () => 'Check the name, and that the token’s user is a member of the cluster.',
  },
  'rancher.failing': {
    says: (f) => `Rancher at ${f.url} answered ${f.status}.${andOthers(f)}`,
    nextStep: () =>
      'Look at the Rancher server’s log and at the proxy in front of it, then run again.',
  },
  'rancher.unexpected-answer': {
    says: (f) => `The answer from ${f.url} is not what Rancher says: ${f.reason}.${andOthers(f)}`,
    nextStep: () =>
      'Something else answers at this address (a log-in page, a proxy, another host name). Check RANCHER_URL.',
    operator:
      'Redirects are never followed, so an address that redirects to Rancher is not Rancher’s.',
  },
  'rancher.answer-too-large': {
    says: (f) => `The answer from ${f.url} is larger than ${f.limitBytes} bytes.${andOthers(f)}`,
    nextStep: () => 'Check that RANCHER_URL leads to Rancher itself.',
  },
  'rancher.way-unusable': {
    says: (f) => `Rancher cannot be read through the ${f.way}: ${f.reason}.${andOthers(f)}`,
    nextStep: () =>
      'Check this way with `reagent check` where the worker runs; it stands under rancher.ways in reagent.yaml.',
    operator:
      'It reads custom resources of management.cattle.io/v3 on the cluster that Rancher runs on.',
  },
  'rancher.cluster-not-found': {
    says: (f) => `Rancher knows no cluster named "${f.cluster}".`,
    nextStep: (f) =>
      `${f.nearest ? `Did you mean ${f.nearest}? ` : ''}Ask again with the right name; \`/rancher clusters\` shows all.`,
  },
  'rancher.cluster-ambiguous': {
    says: (f) => `Rancher has ${f.count} clusters named "${f.cluster}": ${f.ids}.`,
    nextStep: () => 'Ask again with the id in place of the name.',
  },
  'rancher.cluster-not-ours': {
    says: (f) => `"${f.cluster}" is the cluster that Rancher itself runs on.`,
    nextStep: () => 'Reagent never touches it. Repair Rancher’s own cluster by its own means.',
    operator: 'It is the cluster `local`.',
  },
  'rancher.server-url-unset': {
    says: () => 'Rancher’s setting server-url is empty, so no usable manifest exists.',
    nextStep: () => 'Set server-url in Rancher’s global settings, then run again.',
  },
  'rancher.version-unsupported': {
    says: (f) => `This is Rancher ${f.version}; Reagent works with ${f.supported}.`,
    nextStep: () => 'Nothing was written. Bring this cluster back by hand, or upgrade Rancher.',
  },
  'rancher.outcome-unknown': {
    says: (f) =>
      `Whether Rancher took the wish to push its own manifest to ${f.cluster} is not known.`,
    nextStep: () =>
      'Wait. Rancher is looked at again; it is asked a second time only if it did not take it.',
    operator:
      'The answer to `PUT /v3/clusters/ID` never came. The cluster’s annotation `reagent/run` tells whether it was taken.',
  },
  'rancher.registration-pending': {
    says: () => 'Rancher created a registration token but has not filled it in.',
    nextStep: () => 'Run again in a minute; if it stays so, look at the Rancher server’s log.',
  },
} satisfies Record<string, FailureText>
