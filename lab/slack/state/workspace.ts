import type { LabPerson, LabSlackOptions, PersonSeed, UserGroupSeed } from '../contract.ts'
import { idFor, secretFor } from './identifiers.ts'

export const HOME_CHANNEL = 'incident-prod'
const DEFAULT_SCOPES = [
  'commands',
  'chat:write',
  'users:read',
  'usergroups:read',
  'channels:read',
  'groups:read',
]
const TEAM_ID = 'T0LAB00001'

export interface Channel {
  readonly id: string
  readonly name: string
  readonly isPrivate: boolean
  readonly hasBot: boolean
  readonly isExternallyShared: boolean
}

export interface UserGroup {
  readonly id: string
  readonly handle: string
  readonly name: string
  /** User ids. */
  readonly members: readonly string[]
}

/** Who and what there is in the lab's Slack. */
export interface Workspace {
  readonly teamId: string
  readonly teamName: string
  readonly domain: string
  readonly appId: string
  readonly botId: string
  readonly botUserId: string
  readonly botName: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  readonly scopes: readonly string[]
  readonly appScopes: readonly string[]
  people(): readonly LabPerson[]
  findPerson(nameOrId: string): LabPerson | undefined
  /** Throws for somebody who does not exist. */
  person(nameOrId: string): LabPerson
  changePerson(name: string, change: Partial<PersonSeed>): void
  channels(): readonly Channel[]
  findChannel(nameOrId: string): Channel | undefined
  /** Throws for a channel that does not exist. */
  channel(nameOrId: string): Channel
  /** The id of the direct messages between the bot and this person. */
  directChannelId(person: LabPerson): string
  userGroups(): readonly UserGroup[]
  setUserGroup(handle: string, members: readonly string[]): void
}

const USUAL_PEOPLE: readonly PersonSeed[] = [
  { name: 'oncall', realName: 'Olivia Oncall' },
  { name: 'lead', realName: 'Levi Lead', isAdmin: true },
  { name: 'guest', realName: 'Gus Guest', isRestricted: true },
]

export function createWorkspace(options: LabSlackOptions): Workspace {
  const seed = options.seed ?? 1
  const people = new Map<string, LabPerson>()
  for (const one of [...USUAL_PEOPLE, ...(options.people ?? [])]) {
    people.set(one.name, completePerson(one, seed))
  }
  const channels: readonly Channel[] = [{ name: HOME_CHANNEL }, ...(options.channels ?? [])].map(
    (one) => ({
      isPrivate: false,
      hasBot: true,
      isExternallyShared: false,
      ...one,
      id: idFor('C', one.name, seed),
    }),
  )
  const findPerson = (nameOrId: string) =>
    people.get(nameOrId) ?? [...people.values()].find(({ id }) => id === nameOrId)
  const findChannel = (nameOrId: string) => {
    const name = nameOrId.replace(/^#/, '')
    return channels.find((channel) => channel.id === name || channel.name === name)
  }
  const person = (nameOrId: string) => found(findPerson(nameOrId), 'person', nameOrId)

  const groups = new Map<string, UserGroup>()
  const setGroup = ({ handle, name, members }: UserGroupSeed) =>
    groups.set(handle, {
      id: idFor('S', handle, seed),
      handle,
      name: name ?? groups.get(handle)?.name ?? handle,
      members: members.map((member) => person(member).id),
    })
  for (const group of options.userGroups ?? [{ handle: 'sre', members: ['oncall', 'lead'] }]) {
    setGroup(group)
  }

  return {
    teamId: TEAM_ID,
    teamName: 'Lab',
    domain: 'reagent-lab',
    appId: idFor('A', 'reagent', seed),
    botId: idFor('B', 'reagent', seed),
    botUserId: idFor('U', 'reagent', seed),
    botName: 'reagent',
    botToken: `xoxb-lab-${secretFor('bot token', seed, 24)}`,
    appToken: `xapp-1-lab-${secretFor('app token', seed, 24)}`,
    signingSecret: secretFor('signing secret', seed),
    scopes: options.scopes ?? DEFAULT_SCOPES,
    appScopes: options.appScopes ?? ['connections:write'],
    people: () => [...people.values()],
    findPerson,
    person,
    changePerson: (nameOrId, change) => {
      const before = person(nameOrId)
      people.set(before.name, { ...before, ...change, name: before.name })
    },
    channels: () => channels,
    findChannel,
    channel: (nameOrId) => found(findChannel(nameOrId), 'channel', nameOrId),
    directChannelId: ({ name }) => idFor('D', name, seed),
    userGroups: () => [...groups.values()],
    setUserGroup: (handle, members) => {
      setGroup({ handle, members })
    },
  }
}

function completePerson(seeded: PersonSeed, seed: number): LabPerson {
  return {
    realName: seeded.name,
    teamId: TEAM_ID,
    deleted: false,
    isAdmin: false,
    isBot: false,
    isRestricted: false,
    isUltraRestricted: false,
    isStranger: false,
    locale: 'en-US',
    tz: 'Europe/Berlin',
    ...seeded,
    id: idFor('U', seeded.name, seed),
  }
}

function found<T>(value: T | undefined, kind: string, name: string): T {
  if (value === undefined) throw new Error(`the lab's Slack has no ${kind} "${name}"`)
  return value
}
