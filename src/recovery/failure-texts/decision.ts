import type { FailureText } from './failure-text.ts'

export const decisionTexts = {
  'policy.may-not-request': {
    says: () => 'You may not ask for a recovery here: you are not listed.',
    nextStep: (f) =>
      `Ask ${f.requesters ? `one of ${f.requesters}` : 'somebody who may'} to do it, or have ${f.person ? `your id ${f.person}` : 'your id'} listed under policy.request in reagent.yaml.`,
  },
  'policy.may-not-approve': {
    says: () => 'You may not approve this: you are not listed as an approver.',
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
    says: () => 'You may not cancel this: you neither asked for it nor are an approver.',
    nextStep: (f) =>
      `Ask the person who asked for it${f.approvers ? `, or one of ${f.approvers}` : ', or an approver'}.`,
  },
  'approval.expired': {
    says: () => 'The time for approving this plan is over.',
    nextStep: () => 'Ask again with `/rancher reagent CLUSTER`: a new plan is made.',
  },
  'approval.other-plan': {
    says: () => 'The plan has changed since this card was drawn.',
    nextStep: () => 'Read the current card, then decide again.',
  },
  'approval.account-unchecked': {
    says: () =>
      'Slack did not say in time whether your account is active, so the approval was not taken.',
    nextStep: () => 'Press Approve again in a moment.',
    operator:
      'Slack’s `users.info` did not answer within 1.5 s (`ACCOUNT_LIMIT_MS` in `src/slack/guard-sender.ts`). Without an answer nobody approves.',
  },
  'approval.account-refused': {
    says: () => 'Guests, bots, outsiders and deactivated accounts may not approve.',
    nextStep: () => 'Ask a full member of this workspace who is listed under policy.approve.',
  },
  'approval.signature-invalid': {
    says: () => 'The approval is not signed by the bot that this worker trusts.',
    nextStep: () => 'Nothing was written. Compare REAGENT_SIGNING_KEY and REAGENT_VERIFY_KEY.',
    operator:
      'If the keys do belong together, somebody else wrote to Redis: see [security.md](security.md#write-access-to-redis).',
  },
  'plan.superseded': {
    says: (f) => `The cluster or Rancher changed while the plan was being applied: ${f.reason}.`,
    nextStep: () =>
      'What is in place stays. Run again: the new plan shows what is still to be done.',
  },
  'run.not-found': {
    says: (f) => `There is no run "${f.run}".`,
    nextStep: () => '`/rancher runs` shows the latest runs with their ids.',
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
    operator:
      'Slack delivers a request again when it saw no answer, and requests dated in the future are refused.',
  },
} satisfies Record<string, FailureText>
