import type { Command } from './parse-command.ts'

/** What can be typed after `/rancher`, in the order of `/rancher help`: how it is written, and what it does. */
export const commandTexts: Readonly<
  Record<Command['kind'], { readonly usage: string; readonly does: string }>
> = {
  reagent: {
    usage: 'reagent CLUSTER',
    does: 'finds out why Rancher lost it and shows the change that brings it back; somebody else approves it',
  },
  diagnose: { usage: 'diagnose CLUSTER', does: 'shows cause and evidence' },
  clusters: { usage: 'clusters', does: 'lists what Rancher sees, lost ones first' },
  status: {
    usage: 'status [CLUSTER]',
    does: 'says how one cluster stands in Rancher; without a name, the same as `clusters`',
  },
  explain: {
    usage: 'explain LOG LINE',
    does: 'says what a line of a Rancher or agent log means, and which cluster the address in it belongs to',
  },
  runs: { usage: 'runs', does: 'lists the latest runs, newest first' },
  cancel: { usage: 'cancel RUN', does: 'ends a run before anything is applied' },
  help: { usage: 'help', does: 'shows this, and what you may do here' },
}
