import type { LabMessage, LabModal, LabPerson } from '../contract.ts'
import type { JsonObject } from '../http/body.ts'
import type { Channel, Workspace } from '../state/workspace.ts'
import { messagePayload } from '../web-api/message-payload.ts'
import { type StateValues, viewPayload } from '../web-api/view-payload.ts'
import { type Choice, holdsValue, reportOf, stateOf } from './choose.ts'
import { allBlocks, type FoundControl } from './find-control.ts'

/** What Slack says in every payload about the person, the workspace and the app. */
function origin(workspace: Workspace, person: LabPerson): JsonObject {
  return {
    token: 'deprecated',
    team: { id: workspace.teamId, domain: workspace.domain },
    enterprise: null,
    is_enterprise_install: false,
    api_app_id: workspace.appId,
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
  }
}

export interface Command {
  readonly person: LabPerson
  readonly channel: Channel
  /** As typed: `/rancher reagent myk8s`. */
  readonly typed: string
  readonly triggerId: string
  readonly responseUrl: string
}

export function commandPayload(workspace: Workspace, command: Command): JsonObject {
  const { person, channel, typed, triggerId, responseUrl } = command
  const [name = '', ...rest] = typed.split(' ')
  return {
    token: 'deprecated',
    team_id: workspace.teamId,
    team_domain: workspace.domain,
    channel_id: channel.id,
    channel_name: channel.isPrivate ? 'privategroup' : channel.name,
    user_id: person.id,
    user_name: person.name,
    command: name,
    text: rest.join(' ').trim(),
    api_app_id: workspace.appId,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: triggerId,
  }
}

export interface Pressed {
  readonly person: LabPerson
  readonly found: FoundControl
  readonly choice: Choice | undefined
  readonly triggerId: string
  readonly actionTs: string
  readonly idOf: (name: string) => string
}

function pressedPayload(workspace: Workspace, pressed: Pressed): JsonObject {
  const { person, found, choice, triggerId, actionTs, idOf } = pressed
  const { block, control } = found
  const value = reportOf(control, control.type === 'button' ? undefined : choice, idOf)
  const { text, placeholder, style } = control.element
  const kept = Object.entries({ text, placeholder, style }).filter(([, one]) => one !== undefined)
  return {
    ...origin(workspace, person),
    type: 'block_actions',
    trigger_id: triggerId,
    actions: [
      {
        ...Object.fromEntries(kept),
        ...value,
        action_id: control.action_id,
        block_id: block.block_id,
        action_ts: actionTs,
      },
    ],
  }
}

/** What the press itself put into the state. */
function choicesOf({ choice, found: { control } }: Pressed): Readonly<Record<string, Choice>> {
  return choice === undefined || control.action_id === undefined || !holdsValue(control.type)
    ? {}
    : { [control.action_id]: choice }
}

/** A press on a message. */
export function messagePressPayload(
  workspace: Workspace,
  pressed: Pressed,
  message: LabMessage,
  responseUrl: string,
): JsonObject {
  const isEphemeral = message.onlyFor !== null
  const channel = workspace.findChannel(message.channel)
  return {
    ...pressedPayload(workspace, pressed),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    },
    channel: {
      id: message.channel,
      name:
        channel === undefined ? 'directmessage' : channel.isPrivate ? 'privategroup' : channel.name,
    },
    ...(isEphemeral ? {} : { message: messagePayload(workspace, message) }),
    state: { values: stateOf(allBlocks(message), choicesOf(pressed), pressed.idOf) },
    response_url: responseUrl,
  }
}

/** A press in an open modal. */
export function modalPressPayload(
  workspace: Workspace,
  pressed: Pressed,
  modal: LabModal,
): JsonObject {
  return {
    ...pressedPayload(workspace, pressed),
    container: { type: 'view', view_id: modal.id },
    view: viewPayload(workspace, modal, stateOf(modal.blocks, choicesOf(pressed), pressed.idOf)),
  }
}

export function submissionPayload(
  workspace: Workspace,
  person: LabPerson,
  modal: LabModal,
  values: StateValues,
  triggerId: string,
): JsonObject {
  return {
    ...origin(workspace, person),
    type: 'view_submission',
    trigger_id: triggerId,
    view: viewPayload(workspace, modal, values),
    response_urls: [],
  }
}

export function closedPayload(
  workspace: Workspace,
  person: LabPerson,
  modal: LabModal,
  isCleared: boolean,
): JsonObject {
  return {
    ...origin(workspace, person),
    type: 'view_closed',
    view: viewPayload(workspace, modal, {}),
    is_cleared: isCleared,
  }
}
