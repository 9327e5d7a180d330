import type { World } from '../world/index.ts'
import type { ChannelView, PagePerson } from './contract.ts'

const CHANNEL = 'incident-prod'

/** As the `reagent.yaml` of the lab's world has it. */
const WHAT_THEY_MAY_DO: Readonly<Record<string, string>> = {
  oncall: 'may ask for a recovery',
  lead: 'may approve a plan',
  guest: 'may do neither',
}

/** What this person sees now: the channel, what is only for them, their open window. Throws for somebody who does not exist. */
export function channelViewOf(person: string, { slack }: World): ChannelView {
  const names = new Map(slack.people().map(({ id, name }) => [id, name]))
  const messages = [...slack.messages(CHANNEL), ...slack.ephemerals(person)]
    .filter(({ channel }) => channel === slack.channelId(CHANNEL))
    .sort((a, b) => (a.ts < b.ts ? -1 : 1))
  return {
    you: person,
    people: peopleOf(slack),
    bot: { id: slack.botUserId, name: 'Reagent' },
    channel: CHANNEL,
    messages: messages.map((message) => ({
      ts: message.ts,
      text: message.text,
      blocks: message.blocks,
      attachments: message.attachments,
      edits: message.edits,
      from: names.get(message.user) ?? 'Reagent',
      isBot: message.user === slack.botUserId,
      isEphemeral: message.onlyFor !== null,
      isReply: message.threadTs !== null && message.threadTs !== message.ts,
    })),
    modal: modalOf(person, slack),
  }
}

function peopleOf(slack: World['slack']): readonly PagePerson[] {
  return slack.people().map(({ id, name, realName }) => ({
    id,
    name,
    realName,
    may: WHAT_THEY_MAY_DO[name] ?? '',
  }))
}

function modalOf(person: string, slack: World['slack']): ChannelView['modal'] {
  const modal = slack.modal(person)
  if (!modal) return null
  const { id, hash, title, submit, close, blocks, errors } = modal
  return { id, hash, title, submit, close, blocks, errors }
}
