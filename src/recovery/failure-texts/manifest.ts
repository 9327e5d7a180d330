import type { FailureText } from './failure-text.ts'

export const manifestTexts = {
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
    operator:
      'What is allowed is in `src/manifest/allow-list.ts`. A newer Rancher may have added an object; read what it serves before anything else.',
  },
  'manifest.wrong-server': {
    says: (f) => `The manifest points to ${f.found}, but Rancher’s server-url is ${f.expected}.`,
    nextStep: () => 'Set RANCHER_URL to the same address as server-url, then run again.',
    operator: 'Up to Rancher 2.5 the manifest carries the address at which Rancher was asked.',
  },
  'manifest.wrong-token': {
    says: () => 'The token in the manifest is not a registration of this cluster.',
    nextStep: () =>
      'Nothing was written. Run again; if it stays so, look at the cluster’s registration tokens.',
    operator:
      'Rancher serves a well-formed manifest for any token, also for one that it does not know.',
  },
} satisfies Record<string, FailureText>
