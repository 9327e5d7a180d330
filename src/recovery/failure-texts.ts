/** Concrete values that a failure's texts mention. Strings only, never a secret. */
export type FailureFacts = Readonly<Record<string, string>>

interface FailureText {
  readonly says: (facts: FailureFacts) => string
  readonly nextStep: (facts: FailureFacts) => string
}

/** Every failure Reagent can report. A code without a next step does not compile. */
export const failureTexts = {
  // Configuration and storage
  'config.invalid': {
    says: (f) => `The configuration has problems:\n${f.problems}`,
    nextStep: () => 'Correct each line above, then start again. `reagent check` tests the result.',
  },
  'store.unavailable': {
    says: () => 'Redis did not take the request down.',
    nextStep: () => 'Nothing was started. Try again in a minute; if it persists, check Redis.',
  },
  'store.uncertain': {
    says: () => 'Redis did not answer in time, so it is not certain whether this was taken down.',
    nextStep: () => 'See `/rancher runs` (or the card) for what happened before you try again.',
  },
  'store.conflict': {
    says: (f) => `Run ${f.run} was changed by somebody else at the same moment.`,
    nextStep: () => 'Look at the card for what happened, then decide again.',
  },
  'store.in-use': {
    says: (f) => `Another Reagent (process ${f.pid}) is using the data directory "${f.directory}".`,
    nextStep: () =>
      'Stop that process, or set REAGENT_DATA_DIR to another directory, or share one Redis through REDIS_URL.',
  },
  'store.ended': {
    says: () => 'The private Redis ended, so Reagent stopped.',
    nextStep: () =>
      'See redis.log in the data directory, then start again: what was acknowledged is on disk.',
  },
  'store.redis-missing': {
    says: () =>
      'Neither redis-server nor valkey-server was found on the PATH, and REDIS_URL is not set.',
    nextStep: () => 'Install one (Debian: apt-get install redis-server) or set REDIS_URL.',
  },
  'store.redis-unfit': {
    says: (f) => `Redis at ${f.address} is not fit for keeping runs: ${f.reason}.`,
    nextStep: () => 'Set maxmemory-policy to noeviction and appendonly to yes, then start again.',
  },
  'store.unreachable': {
    says: (f) => `No connection to Redis at ${f.address}: ${f.reason}.`,
    nextStep: () => 'Check REDIS_URL (host, port, password, rediss:// for TLS) and the network.',
  },
  'lease.held': {
    says: (f) => `Run ${f.run} holds the lease on this cluster.`,
    nextStep: () => 'Wait for that run to end, or cancel it.',
  },
  'lease.lost': {
    says: (f) => `Another worker took over the cluster (fence ${f.seen} is newer than ${f.own}).`,
    nextStep: () => 'Nothing more is written by this worker. The card follows the other one.',
  },

  // Rancher
  'rancher.unreachable': {
    says: (f) => `No connection to Rancher at ${f.url}: ${f.reason}.`,
    nextStep: (f) => `Check from the worker's network that ${f.url}/ping answers, then run again.`,
  },
  'rancher.timed-out': {
    says: (f) => `Rancher at ${f.url} did not answer within ${f.timeoutMs} ms.`,
    nextStep: () =>
      'Check the load on the Rancher server and the load balancer in front, then run again.',
  },
  'rancher.certificate-untrusted': {
    says: (f) => `The certificate that Rancher at ${f.url} presents does not verify: ${f.reason}.`,
    nextStep: () =>
      'Compare it with the certificate authority in RANCHER_CA_FILE. If the authority was changed on purpose, update that file; if not, find out who answers at this address.',
  },
  'rancher.unauthorized': {
    says: (f) => `Rancher at ${f.url} does not accept the API token (401).`,
    nextStep: () =>
      'Create a new API key in Rancher without a cluster scope and set RANCHER_TOKEN.',
  },
  'rancher.token-scoped': {
    says: (f) => `Rancher at ${f.url} takes the API token for one cluster only: it has a scope.`,
    nextStep: () => 'Create a new API key in Rancher without a scope and set RANCHER_TOKEN.',
  },
  'rancher.forbidden': {
    says: (f) => `The Rancher token may not ${f.action} (403).`,
    nextStep: () => 'Give the token’s user the role Cluster Owner on this cluster, then run again.',
  },
  'rancher.not-found': {
    says: (f) => `Rancher has no ${f.what}, or the token may not see it (404).`,
    nextStep: () => 'Check the name, and that the token’s user is a member of the cluster.',
  },
  'rancher.failing': {
    says: (f) => `Rancher at ${f.url} answered ${f.status}.`,
    nextStep: () =>
      'Look at the Rancher server’s log and at the proxy in front of it, then run again.',
  },
  'rancher.unexpected-answer': {
    says: (f) => `The answer from ${f.url} is not what Rancher says: ${f.reason}.`,
    nextStep: () =>
      'Something else answers at this address (a log-in page, a proxy, another host name). Check RANCHER_URL.',
  },
  'rancher.answer-too-large': {
    says: (f) => `The answer from ${f.url} is larger than ${f.limitBytes} bytes.`,
    nextStep: () => 'Check that RANCHER_URL leads to Rancher itself.',
  },
  'rancher.cluster-not-found': {
    says: (f) => `Rancher knows no cluster named "${f.cluster}".`,
    nextStep: (f) =>
      f.nearest ? `Did you mean ${f.nearest}?` : 'See `/rancher clusters` for all names.',
  },
  'rancher.cluster-ambiguous': {
    says: (f) => `Rancher has ${f.count} clusters named "${f.cluster}": ${f.ids}.`,
    nextStep: () => 'Ask again with the id in place of the name.',
  },
  'rancher.cluster-not-ours': {
    says: (f) => `"${f.cluster}" is the cluster that Rancher itself runs on.`,
    nextStep: () => 'Reagent never touches it. Repair Rancher’s own cluster by its own means.',
  },
  'rancher.server-url-unset': {
    says: () => 'Rancher’s setting server-url is empty, so no usable manifest exists.',
    nextStep: () => 'Set server-url in Rancher’s global settings, then run again.',
  },
  'rancher.registration-pending': {
    says: () => 'Rancher created a registration token but has not filled it in.',
    nextStep: () => 'Run again in a minute; if it stays so, look at the Rancher server’s log.',
  },

  // Agent manifest
  'manifest.unreadable': {
    says: (f) => `The agent manifest cannot be read: ${f.reason}.`,
    nextStep: () => 'Nothing was written. Check what Rancher answers at its import address.',
  },
  'manifest.too-large': {
    says: (f) => `The agent manifest is larger than ${f.limitBytes} bytes.`,
    nextStep: () => 'Nothing was written. Check that RANCHER_URL leads to Rancher itself.',
  },
  'manifest.object-not-allowed': {
    says: (f) => `The agent manifest contains ${f.object}, which does not belong in one.`,
    nextStep: () =>
      'Nothing was written. Find out who changed what Rancher serves before you go on.',
  },
  'manifest.wrong-server': {
    says: (f) => `The manifest points to ${f.found}, but Rancher’s server-url is ${f.expected}.`,
    nextStep: () => 'Set RANCHER_URL to the same address as server-url, then run again.',
  },
  'manifest.wrong-token': {
    says: () => 'The token in the manifest is not a registration of this cluster.',
    nextStep: () =>
      'Nothing was written. Run again; if it stays so, look at the cluster’s registration tokens.',
  },

  // Downstream cluster
  'cluster.no-credentials': {
    says: (f) => `No credentials for cluster "${f.cluster}": ${f.tried}.`,
    nextStep: (f) =>
      `Name a kubeconfig for it in reagent.yaml under clusters.${f.cluster}.kubeconfig.`,
  },
  'cluster.kubeconfig-unreadable': {
    says: (f) => `The kubeconfig ${f.path} cannot be used: ${f.reason}.`,
    nextStep: () =>
      'Correct the file; `kubectl --kubeconfig FILE version` must work on the worker.',
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
  },
  'cluster.wrong-cluster': {
    says: (f) => `The kubeconfig leads to ${f.found}, but Rancher means ${f.expected}.`,
    nextStep: () => 'Nothing was written. Correct the kubeconfig for this cluster in reagent.yaml.',
  },
  'cluster.too-old': {
    says: (f) =>
      `The API server says version "${f.version}": it is not known to have dry run and server-side apply.`,
    nextStep: () =>
      'Write the manifest with `reagent manifest` and apply it by hand after reading it.',
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
  },
  'cluster.changed': {
    says: (f) => `${f.object} was changed by somebody else while it was being written.`,
    nextStep: () => 'Run again: the new plan starts from what is there now.',
  },
  'cluster.outcome-unknown': {
    says: (f) => `The connection dropped while ${f.object} was being written.`,
    nextStep: () => 'Nothing is written again until the cluster has been looked at. Run again.',
  },
  'cluster.failing': {
    says: (f) => `The API server at ${f.server} answered ${f.status}.`,
    nextStep: () => 'Look at the API server’s log, then run again.',
  },
  'cluster.unexpected-answer': {
    says: (f) => `The answer from ${f.server} is not from an API server: ${f.reason}.`,
    nextStep: () => 'Check the server address in the kubeconfig.',
  },

  // People and decisions
  'policy.may-not-request': {
    says: () => 'You may not ask for a recovery here.',
    nextStep: (f) =>
      `Ask somebody who is listed under policy.request in reagent.yaml, or have ${f.person ?? 'yourself'} listed there.`,
  },
  'policy.may-not-approve': {
    says: () => 'You may not approve this.',
    nextStep: (f) =>
      f.approvers
        ? `It needs one of ${f.approvers}.`
        : 'Nobody is listed under policy.approve in reagent.yaml.',
  },
  'policy.requester-may-not-approve': {
    says: () => 'You asked for this, so somebody else must approve it.',
    nextStep: (f) =>
      f.approvers
        ? `It needs one of ${f.approvers}.`
        : 'Nobody else is listed under policy.approve in reagent.yaml.',
  },
  'policy.may-not-cancel': {
    says: () => 'You may not cancel this.',
    nextStep: () => 'Ask the person who requested it, or an approver.',
  },
  'approval.expired': {
    says: () => 'The time for approving this plan is over.',
    nextStep: () => 'Ask for a new run.',
  },
  'approval.other-plan': {
    says: () => 'The plan has changed since this card was drawn.',
    nextStep: () => 'Read the current card, then decide again.',
  },
  'plan.superseded': {
    says: (f) => `The cluster or Rancher changed while the plan was being applied: ${f.reason}.`,
    nextStep: () =>
      'What is in place stays. Run again: the new plan shows what is still to be done.',
  },
  'approval.account-unchecked': {
    says: () =>
      'Slack did not say in time whether your account is active, so the approval was not taken.',
    nextStep: () => 'Press Approve again in a moment.',
  },
  'approval.account-refused': {
    says: () => 'Guests, bots, outsiders and deactivated accounts may not approve.',
    nextStep: () => 'Ask a full member of this workspace who is listed under policy.approve.',
  },
  'slack.refused': {
    says: (f) => `Slack does not accept the bot: ${f.reason}.`,
    nextStep: () => 'Check SLACK_BOT_TOKEN (and SLACK_APP_TOKEN), and that Slack can be reached.',
  },
  'slack.unreachable': {
    says: (f) => `No connection to Slack at ${f.host}: ${f.reason}.`,
    nextStep: (f) =>
      `Check from this machine that https://${f.host} can be reached (proxy, firewall).`,
  },
  'approval.signature-invalid': {
    says: () => 'The approval is not signed by the bot that this worker trusts.',
    nextStep: () => 'Nothing was written. Compare REAGENT_SIGNING_KEY and REAGENT_VERIFY_KEY.',
  },
  'run.not-found': {
    says: (f) => `There is no run "${f.run}".`,
    nextStep: () => 'See `/rancher runs`.',
  },
  'run.over': {
    says: (f) => `Run ${f.run} is over: ${f.state}.`,
    nextStep: () => 'Start a new one with `/rancher reagent CLUSTER` if it is needed.',
  },
  'run.not-waiting': {
    says: (f) => `Run ${f.run} is not waiting for a decision: it is ${f.state}.`,
    nextStep: () => 'Look at the card for what happens now.',
  },
  'run.too-late-to-cancel': {
    says: (f) => `Run ${f.run} is already being applied.`,
    nextStep: () => 'Wait for its end; the card says what was written.',
  },
  'run.replayed': {
    says: () => 'This request was already taken.',
    nextStep: () => 'Look at the card.',
  },

  // Terminal
  'question.unanswered': {
    says: (f) => `${f.message}`,
    nextStep: (f) => `${f.nextStep}`,
  },
  'usage.invalid': {
    says: (f) => `${f.problem}`,
    nextStep: () => 'See `reagent --help`, or `reagent COMMAND --help` for one command.',
  },
  'file.exists': {
    says: (f) => `"${f.file}" exists already and is left as it is.`,
    nextStep: () => 'Name another file with --output, or replace this one with --force.',
  },
  'file.unwritable': {
    says: (f) => `"${f.file}" cannot be written (${f.reason}).`,
    nextStep: () => 'Name another file with --output.',
  },

  // Everything else
  'internal.unexpected': {
    says: () => 'Something happened that Reagent does not know.',
    nextStep: () => 'The operator’s log has the details under this run’s id.',
  },
} satisfies Record<string, FailureText>

export type FailureCode = keyof typeof failureTexts
