import type { LabAgent } from '../cluster/index.ts'
import type { ClusterCondition, ServerLogLine } from '../rancher/index.ts'
import type { LabMessage, LabModal } from '../slack/index.ts'

/** What can be done from the page to what all clusters share. */
export const WORLD_ACTIONS = [
  'rotate-ca',
  'rancher-down',
  'rancher-back',
  'kill-worker',
  'start-worker',
] as const

/** What can be done from the page to one cluster. */
export const CLUSTER_ACTIONS = [
  'revoke-token',
  'delete-agents',
  'api-server-down',
  'api-server-back',
] as const

export type WorldAction = (typeof WORLD_ACTIONS)[number]
export type ClusterAction = (typeof CLUSTER_ACTIONS)[number]

/** A cluster in the panel "The world": what Rancher says about it, and how it really is. */
export interface ClusterView {
  readonly name: string
  readonly id: string
  /** What Rancher says; `unknown` while Rancher is down. */
  readonly state: 'pending' | 'waiting' | 'active' | 'unavailable' | 'unknown'
  /** Empty while Rancher is down. */
  readonly conditions: readonly ClusterCondition[]
  /** How many agents have a connection to Rancher. */
  readonly connectedAgents: number
  readonly apiServer: 'up' | 'down'
  readonly agents: readonly LabAgent[]
}

/** What the panel "The world" shows. */
export interface WorldView {
  readonly rancher: {
    readonly state: 'up' | 'down'
    readonly url: string
    /** What agents must be given to trust it, in hex. */
    readonly caChecksum: string
    /** The newest lines of its log, oldest first. */
    readonly log: readonly ServerLogLine[]
  }
  /** The process of Reagent that works on clusters. */
  readonly worker: 'running' | 'starting' | 'gone'
  readonly clusters: readonly ClusterView[]
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

export type PageMessage = Pick<LabMessage, 'ts' | 'text' | 'blocks' | 'attachments' | 'edits'> & {
  /** Name of whoever posted it. */
  readonly from: string
  readonly isBot: boolean
  /** Whether only this person sees it. */
  readonly isEphemeral: boolean
  readonly isReply: boolean
}

export type PageModal = Pick<
  LabModal,
  'id' | 'hash' | 'title' | 'submit' | 'close' | 'blocks' | 'errors'
>

/** Everything that one person sees of Slack at a moment. */
export interface ChannelView {
  readonly you: string
  readonly people: readonly PagePerson[]
  readonly bot: { readonly id: string; readonly name: string }
  readonly channel: string
  /** Oldest first, with what only this person sees. */
  readonly messages: readonly PageMessage[]
  readonly modal: PageModal | null
}
