import { checkView, isJsonObject } from '../block-kit/index.ts'
import type { Answer, LabModal, LabPerson, SubmitAnswer } from '../contract.ts'
import { type JsonObject, parseObject } from '../http/body.ts'
import type { LineToBot } from '../line-to-bot/line-to-bot.ts'
import type { ModalStore } from '../state/modal-store.ts'
import type { Triggers } from '../state/triggers.ts'
import type { Workspace } from '../state/workspace.ts'
import { type Choice, emptyInputs, stateOf } from './choose.ts'
import { closedPayload, submissionPayload } from './payloads.ts'
import { idOf } from './presses.ts'

/** What Slack's client says in a modal when the bot's answer is no use. */
const TROUBLE = 'We had some trouble connecting. Try again?'

export interface SubmissionParts {
  readonly workspace: Workspace
  readonly line: LineToBot
  readonly modals: ModalStore
  readonly triggers: Triggers
}

/** Fills in, submits and closes modals, and does with them what the bot answers. */
export function createSubmissions({ workspace, line, modals, triggers }: SubmissionParts) {
  const topOf = (person: LabPerson): LabModal => {
    const modal = modals.top(person.id)
    if (modal === undefined) throw new Error(`${person.name} has no modal open`)
    return modal
  }

  /** The errors shown at the inputs; the modal stays open when there are any. */
  const obey = (modal: LabModal, answer: Answer): Readonly<Record<string, string>> => {
    const trouble = () => showErrors(modal, { [modal.id]: TROUBLE })
    if (answer.status !== 200) return trouble()
    const response = answer.body === '' ? {} : parseObject(answer.body)
    switch (response?.response_action) {
      case undefined:
        modals.close(modal)
        return {}
      case 'clear':
        modals.closeAll(modal.user)
        return {}
      case 'errors': {
        const errors = errorsFor(modal, response?.errors)
        return errors === null ? trouble() : showErrors(modal, errors)
      }
      case 'update':
      case 'push': {
        const checked = checkView(response?.view)
        if (!checked.ok) return trouble()
        if (response?.response_action === 'update') modals.update(modal, checked.view)
        else if (modals.open(modal.user, checked.view) === null) return trouble()
        return {}
      }
      default:
        return trouble()
    }
  }
  const showErrors = (modal: LabModal, errors: Readonly<Record<string, string>>) => {
    modals.showErrors(modal, errors)
    return errors
  }

  return {
    submit: async (
      name: string,
      values: Readonly<Record<string, Choice>> = {},
    ): Promise<SubmitAnswer> => {
      const person = workspace.person(name)
      const modal = topOf(person)
      if (modal.submit === null) throw new Error(`"${modal.title}" has no submit button`)
      const state = stateOf(modal.blocks, values, (wanted) => idOf(workspace, wanted))
      const empty = emptyInputs(modal.blocks, state)
      if (empty.length > 0) throw new Error(`the client wants "${empty.join('", "')}" filled in`)
      const trigger = triggers.issue(person.id)
      const payload = submissionPayload(workspace, person, modal, state, trigger)
      const answer = await line.deliver({ type: 'interactive', payload })
      return { ...answer, errors: obey(modals.find({ id: modal.id }) ?? modal, answer) }
    },
    closeModal: async (name: string): Promise<Answer | undefined> => {
      const person = workspace.person(name)
      const modal = topOf(person)
      modals.close(modal)
      if (!modal.notifyOnClose) return undefined
      const payload = closedPayload(workspace, person, modal, false)
      return line.deliver({ type: 'interactive', payload })
    },
  }
}

/** Null when an error is meant for something that is no input: Slack then shows trouble instead. */
function errorsFor(modal: LabModal, errors: unknown): Readonly<Record<string, string>> | null {
  if (!isJsonObject(errors)) return null
  const inputs = new Set(
    modal.blocks.filter(({ type }) => type === 'input').map((block) => block.block_id),
  )
  const texts = Object.entries(errors satisfies JsonObject)
  const isFine = texts.length > 0 && texts.every(([id, text]) => inputs.has(id) && text !== '')
  return isFine ? Object.fromEntries(texts.map(([id, text]) => [id, String(text)])) : null
}
