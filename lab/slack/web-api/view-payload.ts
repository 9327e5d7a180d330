import type { LabModal } from '../contract.ts'
import type { JsonObject } from '../http/body.ts'
import type { Workspace } from '../state/workspace.ts'

/** What people chose or typed: `values[block_id][action_id]`. */
export type StateValues = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>

/** A modal as Slack writes it in answers and payloads. */
export function viewPayload(
  workspace: Workspace,
  modal: LabModal,
  values: StateValues,
): JsonObject {
  const text = (value: string | null) =>
    value === null ? null : { type: 'plain_text', text: value, emoji: true }
  return {
    id: modal.id,
    team_id: workspace.teamId,
    type: 'modal',
    blocks: modal.blocks,
    private_metadata: modal.privateMetadata,
    callback_id: modal.callbackId,
    external_id: modal.externalId,
    state: { values },
    hash: modal.hash,
    title: text(modal.title),
    submit: text(modal.submit),
    close: text(modal.close),
    clear_on_close: false,
    notify_on_close: modal.notifyOnClose,
    root_view_id: modal.rootId,
    previous_view_id: modal.previousId,
    app_id: workspace.appId,
    app_installed_team_id: workspace.teamId,
    bot_id: workspace.botId,
  }
}
