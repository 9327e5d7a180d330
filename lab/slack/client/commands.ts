import type { Answer, CommandAnswer, LabMessage } from '../contract.ts'
import { parseObject } from '../http/body.ts'
import type { LineToBot } from '../line-to-bot/line-to-bot.ts'
import { ANSWER_WITHIN_MS } from '../line-to-bot/request.ts'
import type { Triggers } from '../state/triggers.ts'
import type { Workspace } from '../state/workspace.ts'
import type { BotPosts } from '../web-api/bot-posts.ts'
import { checkContent } from '../web-api/message-content.ts'
import type { ResponseUrls } from '../web-api/response-urls.ts'
import { commandPayload } from './payloads.ts'

const TEXT_MAX = 40_000

export interface CommandParts {
  readonly workspace: Workspace
  readonly line: LineToBot
  readonly posts: BotPosts
  readonly triggers: Triggers
  readonly responseUrls: ResponseUrls
  readonly baseUrl: () => string
}

/** Types slash commands as a person does, and shows what comes back as Slack does. */
export function createCommands(parts: CommandParts) {
  const { workspace, line, posts, triggers, responseUrls, baseUrl } = parts
  return async (name: string, typed: string, where: string): Promise<CommandAnswer> => {
    const person = workspace.person(name)
    const channel = workspace.channel(where)
    const responseUrl = `${baseUrl()}${responseUrls.issue(channel.id, person.id, null)}`
    const triggerId = triggers.issue(person.id)
    const payload = commandPayload(workspace, { person, channel, typed, triggerId, responseUrl })
    const answer = await line.deliver({ type: 'slash_commands', payload })
    const message = await show(answer, typed, channel.id, person.id)
    return message === undefined ? answer : { ...answer, message }
  }

  async function show(
    answer: Answer,
    typed: string,
    channel: string,
    person: string,
  ): Promise<LabMessage | undefined> {
    const failed = (error: string) => {
      const text = `${typed.split(' ')[0]} failed with the error "${error}"`
      return posts.postEphemeral(channel, person, { text, blocks: [], attachments: [] }, null)
    }
    if (answer.status !== 200) {
      return failed(answer.ackMs < ANSWER_WITHIN_MS ? 'dispatch_failed' : 'operation_timeout')
    }
    if (answer.body === '') return undefined
    const fields = parseObject(answer.body) ?? { text: answer.body }
    const checked = checkContent(fields, TEXT_MAX)
    if (!checked.ok) return failed('invalid_command_response')
    if (fields.response_type !== 'in_channel') {
      return posts.postEphemeral(channel, person, checked.content, null)
    }
    const posted = await posts.post(channel, checked.content, null)
    return posted.ok ? posted.message : failed('invalid_command_response')
  }
}
