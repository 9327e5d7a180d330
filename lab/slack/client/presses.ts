import type { Answer, LabMessage, Press } from '../contract.ts'
import type { LineToBot } from '../line-to-bot/line-to-bot.ts'
import type { Numbering } from '../state/identifiers.ts'
import type { MessageStore } from '../state/message-store.ts'
import type { ModalStore } from '../state/modal-store.ts'
import type { Triggers } from '../state/triggers.ts'
import type { Workspace } from '../state/workspace.ts'
import type { ResponseUrls } from '../web-api/response-urls.ts'
import { allBlocks, type FoundControl, findControl } from './find-control.ts'
import { messagePressPayload, modalPressPayload } from './payloads.ts'

export interface PressParts {
  readonly workspace: Workspace
  readonly line: LineToBot
  readonly messages: MessageStore
  readonly modals: ModalStore
  readonly triggers: Triggers
  readonly responseUrls: ResponseUrls
  readonly numbering: Numbering
  readonly baseUrl: () => string
}

/** Presses buttons and chooses from menus, on messages and in modals. */
export function createPresses(parts: PressParts) {
  const { workspace, line, messages, modals, triggers, responseUrls, numbering, baseUrl } = parts

  const pressed = (name: string, found: FoundControl, choice: string | undefined) => {
    const person = workspace.person(name)
    return {
      person,
      found,
      choice,
      triggerId: triggers.issue(person.id),
      actionTs: numbering.nextTs(),
      idOf: (wanted: string) => idOf(workspace, wanted),
    }
  }

  const pressOn = (name: string, message: LabMessage, found: FoundControl, value?: string) => {
    const path = responseUrls.issue(message.channel, workspace.person(name).id, {
      ts: message.ts,
      isEphemeral: message.onlyFor !== null,
    })
    const payload = messagePressPayload(
      workspace,
      pressed(name, found, value),
      message,
      `${baseUrl()}${path}`,
    )
    return line.deliver({ type: 'interactive', payload })
  }

  /** What this person can see now, newest first. */
  const visibleTo = (name: string, { ts, card }: Press): readonly LabMessage[] => {
    const person = workspace.person(name)
    const wanted = ts ?? card?.ts
    return [
      ...workspace.channels().flatMap((channel) => messages.inChannel(channel.id)),
      ...messages.inChannel(workspace.directChannelId(person)),
      ...messages.onlyFor(person.id),
    ]
      .filter((message) => wanted === undefined || message.ts === wanted)
      .sort((a, b) => (a.ts < b.ts ? 1 : -1))
  }

  return {
    click: async (name: string, press: Press): Promise<Answer> => {
      const { actionId, value } = press
      const isAnywhere = press.ts === undefined && press.card === undefined
      const modal = isAnywhere ? modals.top(workspace.person(name).id) : undefined
      const inModal = modal && findControl(modal.blocks, actionId, value)
      if (modal !== undefined && inModal !== undefined) {
        const payload = modalPressPayload(workspace, pressed(name, inModal, value), modal)
        return line.deliver({ type: 'interactive', payload })
      }
      for (const message of visibleTo(name, press)) {
        const found = findControl(allBlocks(message), actionId, value)
        if (found !== undefined) return pressOn(name, message, found, value)
      }
      throw new Error(`${name} sees nothing to press called "${actionId}"`)
    },
    clickOld: async (
      name: string,
      message: LabMessage,
      actionId: string,
      value?: string,
    ): Promise<Answer> => {
      const found = findControl(allBlocks(message), actionId, value)
      if (found === undefined) throw new Error(`that message has nothing called "${actionId}"`)
      return pressOn(name, message, found, value)
    },
  }
}

/** The id of a person or channel meant by name; anything else stays. */
export function idOf(workspace: Workspace, wanted: string): string {
  return workspace.findPerson(wanted)?.id ?? workspace.findChannel(wanted)?.id ?? wanted
}
