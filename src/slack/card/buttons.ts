import type { types } from '@slack/bolt'
import { isOver, type Plan, planOf, type Run, shortDigest, stepsOf } from '../../recovery/index.ts'
import type { Block } from '../block.ts'
import { clip, plain } from '../mrkdwn.ts'
import { count, countWrites } from './counts.ts'

/** Ids of all buttons, so that drawing and answering them agree. */
export const ACTION = {
  approve: 'approve',
  reject: 'reject',
  plan: 'whole-plan',
  timeline: 'timeline',
  cancel: 'cancel',
  diagnose: 'diagnose',
} as const

/** The buttons that make sense where the run stands; each carries the run, Approve also the plan that it approves. */
export function buttonsOf(run: Run): readonly Block[] {
  const plan = planOf(run)
  const elements = [
    ...(run.state.kind === 'planned' ? decisions(run, run.state.plan) : []),
    ...(plan ? [button(ACTION.plan, 'Whole plan', run.id, `Whole plan ${about(run)}`)] : []),
    ...(isOver(run) ? [button(ACTION.timeline, 'Timeline', run.id, `Timeline ${about(run)}`)] : []),
    ...(isCancellable(run) ? [cancelButton(run)] : []),
  ]
  return elements.length > 0 ? [{ type: 'actions', block_id: 'actions', elements }] : []
}

/** Rejecting needs no confirmation of its own: it opens a window that asks why, and does nothing by itself. */
function decisions(run: Run, plan: Plan): readonly types.Button[] {
  const short = shortDigest(plan.digest)
  const cluster = plain(run.cluster, 60)
  return [
    {
      ...button(
        ACTION.approve,
        'Approve',
        approvalValue(run.id, plan.digest),
        `Approve plan ${short} ${about(run)}`,
      ),
      style: 'primary',
      confirm: confirm(
        `Apply plan ${short} to ${cluster}?`,
        `This writes ${countWrites(plan)} in cluster ${cluster} and restarts ${plan.restartsPods === 0 ? 'no pods' : count(plan.restartsPods, 'pod')}${stepsOf(plan).length > 0 ? '; then Rancher pushes its own manifest, which restarts the agents' : ''}. If anything differs from the plan by then, nothing is written.`,
        'Approve',
        'primary',
      ),
    },
    button(ACTION.reject, 'Reject', run.id, `Reject plan ${short} ${about(run)}`),
  ]
}

function cancelButton(run: Run): types.Button {
  const cluster = plain(run.cluster, 60)
  return {
    ...button(ACTION.cancel, 'Cancel', run.id, `Cancel ${about(run)}`),
    style: 'danger',
    confirm: confirm(
      `Cancel the run for ${cluster}?`,
      `Run ${run.id} for cluster ${cluster} ends and nothing is written. The cluster stays as it is.`,
      'Cancel the run',
      'danger',
    ),
  }
}

function isCancellable({ state }: Run): boolean {
  switch (state.kind) {
    case 'requested':
    case 'diagnosing':
    case 'diagnosed':
    case 'superseded':
    case 'planned':
    case 'approved':
      return true
    default:
      return false
  }
}

/** `of run r-abc for myk8s`: what tells equal buttons of two cards apart for a screen reader. */
function about(run: Run): string {
  return `of run ${run.id} for ${run.cluster}`
}

/** A button; `spoken` is what a screen reader says in place of the label. */
export function button(
  actionId: string,
  label: string,
  value: string,
  spoken: string,
): types.Button {
  return {
    type: 'button',
    action_id: actionId,
    text: { type: 'plain_text', text: label },
    value,
    accessibility_label: plain(spoken, 75),
  }
}

function confirm(
  title: string,
  text: string,
  verb: string,
  style: 'primary' | 'danger',
): types.ConfirmationDialog {
  return {
    title: { type: 'plain_text', text: clip(title, 100), emoji: false },
    text: { type: 'plain_text', text: clip(text, 300), emoji: false },
    confirm: { type: 'plain_text', text: verb },
    deny: { type: 'plain_text', text: 'Back' },
    style,
  }
}

function approvalValue(runId: string, digest: string): string {
  return `${runId} ${digest}`
}

/** Run and digest of a pressed Approve button. */
export function readApprovalValue(value: string): {
  readonly runId: string
  readonly digest: string
} {
  const [runId = '', digest = ''] = value.split(' ')
  return { runId, digest }
}
