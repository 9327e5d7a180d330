import type { LabMessage } from '../contract.ts'
import type { JsonObject } from '../http/body.ts'
import type { Workspace } from '../state/workspace.ts'

/** A message as Slack writes it in answers and in `block_actions`. */
export function messagePayload(workspace: Workspace, message: LabMessage): JsonObject {
  const isBot = message.user === workspace.botUserId
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: workspace.teamId,
    blocks: message.blocks,
    ...(isBot ? { bot_id: workspace.botId, app_id: workspace.appId } : {}),
    ...(message.attachments.length === 0 ? {} : { attachments: message.attachments }),
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    ...(message.metadata === null ? {} : { metadata: message.metadata }),
    ...(message.edits === 0 ? {} : { edited: { user: message.user, ts: message.ts } }),
  }
}
