import { clusterTexts } from './cluster.ts'
import { credentialTexts } from './credentials.ts'
import { decisionTexts } from './decision.ts'
import { manifestTexts } from './manifest.ts'
import { rancherTexts } from './rancher.ts'
import { storageTexts } from './storage.ts'
import { terminalTexts } from './terminal.ts'

export type { FailureFacts } from './failure-text.ts'

/** Every failure Reagent can report. A code without a next step does not compile. */
export const failureTexts = {
  ...storageTexts,
  ...rancherTexts,
  ...manifestTexts,
  ...clusterTexts,
  ...credentialTexts,
  ...decisionTexts,
  ...terminalTexts,
}

export type FailureCode = keyof typeof failureTexts

/** The same by subject, in the order in which `docs/troubleshooting.md` has them. */
export const failureSubjects = [
  { subject: 'Configuration, Redis and Slack’s token', texts: storageTexts },
  { subject: 'Rancher', texts: rancherTexts },
  { subject: 'The agent manifest', texts: manifestTexts },
  { subject: 'The cluster', texts: clusterTexts },
  { subject: 'Credentials for the cluster', texts: credentialTexts },
  { subject: 'People, decisions and runs', texts: decisionTexts },
  { subject: 'The terminal, and everything else', texts: terminalTexts },
] as const
