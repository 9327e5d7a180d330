import type { types } from '@slack/bolt'
import { isOver, planOf, type Run, shortDigest } from '../../recovery/index.ts'
import type { Block } from '../block.ts'
import { clip, plain } from '../mrkdwn.ts'

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
  const elements = [...decisions(run), ...readings(run)]
  return elements.length > 0 ? [{ type: 'actions', block_id: 'actions', elements }] : []
}

function decisions(run: Run): readonly types.Button[] {
  const { state } = run
  const cluster = plain(run.cluster, 60)
  const cancel: types.Button = {
    ...button(ACTION.cancel, 'Cancel', run.id),
    confirm: confirm(
      'Cancel this run?',
      `The run for ${cluster} ends; nothing is written.`,
      'Cancel the run',
    ),
  }
  switch (state.kind) {
    case 'requested':
    case 'diagnosing':
    case 'diagnosed':
    case 'superseded':
      return [cancel]
    case 'planned':
      return [
        {
          ...button(ACTION.approve, 'Approve', approvalValue(run.id, state.plan.digest)),
          style: 'primary',
          confirm: confirm(
            `Apply plan ${shortDigest(state.plan.digest)}?`,
            `The agents of ${cluster} are changed as shown and restart.`,
            'Apply',
          ),
        },
        { ...button(ACTION.reject, 'Reject', run.id), style: 'danger' },
        cancel,
      ]
    default:
      return []
  }
}

function readings(run: Run): readonly types.Button[] {
  return [
    ...(planOf(run) ? [button(ACTION.plan, 'Whole plan', run.id)] : []),
    ...(isOver(run) ? [button(ACTION.timeline, 'Timeline', run.id)] : []),
  ]
}

export function button(actionId: string, label: string, value: string): types.Button {
  return { type: 'button', action_id: actionId, text: { type: 'plain_text', text: label }, value }
}

function confirm(title: string, text: string, verb: string): types.ConfirmationDialog {
  return {
    title: { type: 'plain_text', text: clip(title, 100) },
    text: { type: 'plain_text', text: clip(text, 300) },
    confirm: { type: 'plain_text', text: clip(verb, 30) },
    deny: { type: 'plain_text', text: 'Back' },
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
