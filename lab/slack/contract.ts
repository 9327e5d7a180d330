/** A block as sent; what Slack refuses never gets this far. */
export interface Block {
  readonly type: string
  readonly block_id?: string | undefined
  readonly [key: string]: unknown
}

export interface Attachment {
  readonly color?: string
  readonly blocks: readonly Block[]
  readonly [key: string]: unknown
}

/** A message as it stands now, or an ephemeral one as its only reader sees it. */
export interface LabMessage {
  readonly channel: string
  readonly ts: string
  readonly threadTs: string | null
  /** Who posted it: a user id, the bot's for cards. */
  readonly user: string
  readonly text: string
  readonly blocks: readonly Block[]
  readonly attachments: readonly Attachment[]
  readonly metadata: unknown
  /** How often it was edited. */
  readonly edits: number
  /** The user id of the only reader of an ephemeral message. */
  readonly onlyFor: string | null
}

/** An open modal. */
export interface LabModal {
  readonly id: string
  readonly hash: string
  readonly user: string
  readonly title: string
  /** Null: the modal has nothing to submit. */
  readonly submit: string | null
  readonly close: string | null
  readonly blocks: readonly Block[]
  readonly callbackId: string
  readonly privateMetadata: string
  readonly externalId: string
  readonly notifyOnClose: boolean
  readonly rootId: string
  readonly previousId: string | null
  /** What the bot said about each input at the last submission, by `block_id`. */
  readonly errors: Readonly<Record<string, string>>
}

export type ChangeType =
  | 'posted'
  | 'edited'
  | 'deleted'
  | 'ephemeral'
  | 'ephemeral_edited'
  | 'ephemeral_deleted'
  | 'modal'
  | 'modal_updated'
  | 'modal_closed'

/** Something that people see changed. `user` is set where only that person sees it. */
export interface Change {
  readonly type: ChangeType
  /** `''` for modals. */
  readonly channel: string
  /** The id of the view for modals. */
  readonly ts: string
  readonly text: string
  readonly blocks: readonly Block[]
  readonly user?: string
}

/** What Slack knows about a person. `name` is how the lab's callers mean them, such as `oncall`. */
export interface PersonSeed {
  readonly name: string
  readonly realName?: string
  /** Default: the workspace. Another one makes a Slack Connect partner. */
  readonly teamId?: string
  readonly deleted?: boolean
  readonly isAdmin?: boolean
  readonly isBot?: boolean
  /** A guest of several channels. */
  readonly isRestricted?: boolean
  /** A guest of one channel. */
  readonly isUltraRestricted?: boolean
  readonly isStranger?: boolean
  /** Default `en-US`. */
  readonly locale?: string
  /** Default `Europe/Berlin`. */
  readonly tz?: string
}

export interface LabPerson extends Required<PersonSeed> {
  readonly id: string
}

export interface ChannelSeed {
  readonly name: string
  readonly isPrivate?: boolean
  /** Default true. False: the bot gets `not_in_channel` there. */
  readonly hasBot?: boolean
  /** Shared with another organisation. */
  readonly isExternallyShared?: boolean
}

export interface UserGroupSeed {
  readonly handle: string
  readonly name?: string
  readonly members: readonly string[]
}

export interface LabSlackOptions {
  /** Equal seeds give equal ids, tokens and message timestamps. Default 1. */
  readonly seed?: number
  /** Default 0: any free port. It stays the same through `goDown` and `comeBack`. */
  readonly port?: number
  /** Besides `oncall`, `lead` and `guest`; one of the same name replaces it. */
  readonly people?: readonly PersonSeed[]
  /** Besides `incident-prod`. */
  readonly channels?: readonly ChannelSeed[]
  /** Default: `sre` with `oncall` and `lead`. */
  readonly userGroups?: readonly UserGroupSeed[]
  /** What `auth.test` says the token may do. */
  readonly scopes?: readonly string[]
  /** What the app-level token may do. Default `connections:write`. */
  readonly appScopes?: readonly string[]
  /** Where the bot listens, such as `http://127.0.0.1:3000/slack/events`. See `connectTo`. */
  readonly requestUrl?: string
  /** How long a request of Slack is under way to the bot. Default 0. */
  readonly requestDelayMs?: number
  /** Default false: timestamps count from a fixed instant. True: they are the time. */
  readonly liveTimestamps?: boolean
  readonly now?: () => Date
}

/** What became of a request that Slack sent to the bot. */
export interface Answer {
  /** Null: nothing within 3 s, or nobody listens. An acknowledgement over a socket is 200. */
  readonly status: number | null
  readonly body: string
  readonly ackMs: number
}

export interface CommandAnswer extends Answer {
  /** What the person sees at once: the acknowledgement's message, or Slack's own words when it failed. */
  readonly message?: LabMessage
}

export interface SubmitAnswer extends Answer {
  /** By `block_id`; empty when the submission was taken. */
  readonly errors: Readonly<Record<string, string>>
}

/** What to press or choose. */
export interface Press {
  readonly actionId: string
  /** Only on this message. Default: the open modal, else the newest message or ephemeral that has the control. */
  readonly ts?: string
  readonly card?: LabMessage
  /** The button with this value, or the option to choose in a menu. */
  readonly value?: string
}

/** A request as it went to the bot, to be sent again with `replay`. */
export interface SentRequest {
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export interface RawRequest {
  readonly body: string
  /** Seconds. Default: now. */
  readonly timestamp?: string
  /** Default: the right one for body and timestamp. */
  readonly signature?: string
  /** Default `application/x-www-form-urlencoded`. */
  readonly contentType?: string
}

/** Something the bot said to Slack. */
export interface Said {
  /** `api/chat.postMessage`, `response_url`, `ack` or `socket`. */
  readonly to: string
  /** As it came, without the authorization header. */
  readonly body: string
  /** The same with percent and JSON escapes undone, one string a line, to search in. */
  readonly plain: string
}

type Unsubscribe = () => void

/** A running Slack with one workspace. People and channels are meant by name; ids work as well. */
export interface LabSlack {
  /** For `clientOptions.slackApiUrl`: `http://127.0.0.1:PORT/api/`. */
  readonly apiUrl: string
  readonly teamId: string
  readonly appId: string
  readonly botUserId: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string

  person(name: string): LabPerson
  people(): readonly LabPerson[]
  /** Changes what `users.info` says from now on. */
  changePerson(name: string, change: Partial<Omit<PersonSeed, 'name'>>): void
  setUserGroup(handle: string, members: readonly string[]): void
  /** Id of a channel. */
  channelId(name: string): string

  /** Messages of a channel (default `incident-prod`), oldest first, replies included. */
  messages(channel?: string): readonly LabMessage[]
  /** Messages between the bot and this person, oldest first. */
  directMessages(person: string): readonly LabMessage[]
  /** What only this person sees, oldest first. */
  ephemerals(person: string): readonly LabMessage[]
  /** The modal on top, if one is open. */
  modal(person: string): LabModal | undefined
  readonly transcript: readonly Said[]

  /** From now on requests go here over HTTP. Null: over the socket, when one is connected. */
  connectTo(requestUrl: string | null): void
  /** Types a command such as `/rancher reagent myk8s`. Resolves when it was acknowledged, or after 3 s. */
  say(person: string, command: string, channel?: string): Promise<CommandAnswer>
  /**
   * Presses a button or chooses from a menu that this person sees now; rejects when they do not see it. A confirm dialog is
   * answered with yes.
   */
  click(person: string, press: Press): Promise<Answer>
  /** Presses on a message as it was, in a client that has not seen the edits. */
  clickOld(person: string, message: LabMessage, actionId: string, value?: string): Promise<Answer>
  /**
   * Fills in the open modal, by `action_id` or `block_id`, and submits it. Rejects when the client would not let them: a
   * required input is empty, an option does not exist.
   */
  submit(
    person: string,
    values?: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<SubmitAnswer>
  closeModal(person: string): Promise<Answer | undefined>
  lastRequest(): SentRequest | undefined
  replay(request: SentRequest): Promise<Answer>
  sendRaw(request: RawRequest): Promise<Answer>

  /** The next `times` (default 1) calls of this method (`*`: of any) get a 429. */
  rateLimit(
    method: string,
    limit: { readonly retryAfterSeconds: number; readonly times?: number },
  ): void
  /** Calls of this method are refused, `times` of them or until `fail(method, null)`. */
  fail(method: string, error: string | null, options?: { readonly times?: number }): void
  /** The next `times` (default 1) calls of this method are carried out, but the connection breaks before the answer. */
  loseAnswer(method: string, options?: { readonly times?: number }): void
  /** Calls of this method (`*`: of any) are taken this much later; 0 ends it. */
  delay(method: string, delayMs: number): void
  /** How far Slack's clock is ahead of this machine's, in its answers' `Date`. Default 0. */
  shiftClock(aheadMs: number): void
  /** Closes the port and every connection. */
  goDown(): Promise<void>
  /** Opens the same port again. */
  comeBack(): Promise<void>
  /** Number of connected sockets (Socket Mode). */
  sockets(): number
  /** Asks every socket to reconnect, as Slack does every few hours. */
  refreshSockets(): void

  onChange(listener: (change: Change) => void): Unsubscribe
  /**
   * Looks now and after each change, and resolves with the first thing found.
   * Rejects after `deadlineMs`, with what could be seen.
   */
  waitFor<T>(look: () => T | undefined | null | false, deadlineMs: number): Promise<T>
  close(): Promise<void>
}
