import type { LabMessage, LabModal } from '../slack/index.ts'

/** Something that can be done to the world from the page. */
export const WORLD_ACTIONS = [
  'rotate-ca',
  'revoke-token',
  'delete-agents',
  'rancher-down',
  'rancher-back',
  'api-server-down',
  'api-server-back',
] as const

export type WorldAction = (typeof WORLD_ACTIONS)[number]

/** What the panel "The world" shows. */
export interface WorldState {
  readonly rancher: 'up' | 'down'
  readonly apiServer: 'up' | 'down'
  /** What Rancher says about the cluster; `unknown` while Rancher is down. */
  readonly cluster: 'pending' | 'active' | 'unavailable' | 'unknown'
  /** How many agents have a connection to Rancher. */
  readonly agents: number
  /** The latest things that happened, newest first. */
  readonly happened: readonly { readonly at: string; readonly text: string }[]
}

export interface PagePerson {
  readonly id: string
  readonly name: string
  readonly realName: string
  /** What this person may do, in one line. */
  readonly may: string
}

type PageMessage = Pick<LabMessage, 'ts' | 'text' | 'blocks' | 'attachments' | 'edits'> & {
  /** Name of whoever posted it. */
  readonly from: string
  readonly isBot: boolean
  /** Whether only this person sees it. */
  readonly isEphemeral: boolean
  readonly isReply: boolean
}

type PageModal = Pick<LabModal, 'id' | 'hash' | 'title' | 'submit' | 'close' | 'blocks' | 'errors'>

/** Everything that one person sees at a moment. */
export interface Snapshot {
  readonly you: string
  readonly people: readonly PagePerson[]
  readonly bot: { readonly id: string; readonly name: string }
  readonly channel: string
  readonly cluster: string
  /** Oldest first, with what only this person sees. */
  readonly messages: readonly PageMessage[]
  readonly modal: PageModal | null
  readonly world: WorldState
}
