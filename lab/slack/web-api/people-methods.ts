import { isJsonObject } from '../block-kit/index.ts'
import type { LabPerson } from '../contract.ts'
import type { JsonObject } from '../http/body.ts'
import type { UserGroup, Workspace } from '../state/workspace.ts'
import type { EmulatorBehind } from './emulator.ts'
import type { Methods } from './methods.ts'

/** Who is who: `auth.test`, `users.*`, `usergroups.*` and what the emulator does not know about channels. */
export function peopleMethods(workspace: Workspace, emulator: EmulatorBehind): Methods {
  const bot = () =>
    userPayload(workspace, {
      id: workspace.botUserId,
      name: workspace.botName,
      realName: 'Reagent',
      teamId: workspace.teamId,
      deleted: false,
      isAdmin: false,
      isBot: true,
      isRestricted: false,
      isUltraRestricted: false,
      isStranger: false,
      locale: 'en-US',
      tz: 'UTC',
    })
  return {
    'auth.test': () => ({
      ok: true,
      url: `https://${workspace.domain}.slack.com/`,
      team: workspace.teamName,
      user: workspace.botName,
      team_id: workspace.teamId,
      user_id: workspace.botUserId,
      bot_id: workspace.botId,
      is_enterprise_install: false,
    }),
    'users.info': (fields) => {
      const id = String(fields.user ?? '')
      if (id === workspace.botUserId) return { ok: true, user: bot() }
      const person = workspace.people().find((one) => one.id === id)
      if (person === undefined) return { ok: false, error: 'user_not_found' }
      const user = userPayload(workspace, person)
      return {
        ok: true,
        user: isTrue(fields.include_locale) ? { ...user, locale: person.locale } : user,
      }
    },
    'users.list': () => ({
      ok: true,
      members: [...workspace.people().map((person) => userPayload(workspace, person)), bot()],
      response_metadata: { next_cursor: '' },
    }),
    'usergroups.list': (fields) => ({
      ok: true,
      usergroups: workspace
        .userGroups()
        .map((group) => groupPayload(workspace, group, isTrue(fields.include_users))),
    }),
    'usergroups.users.list': (fields) => {
      const group = workspace.userGroups().find(({ id }) => id === fields.usergroup)
      return group === undefined
        ? { ok: false, error: 'no_such_subteam' }
        : { ok: true, users: group.members }
    },
    'conversations.info': async (fields) => {
      const channel = workspace.findChannel(String(fields.channel ?? ''))
      const answer = await emulator.call('conversations.info', {
        channel: channel?.id ?? String(fields.channel ?? ''),
      })
      if (channel === undefined || !isJsonObject(answer.channel)) return answer
      const { hasBot, isExternallyShared } = channel
      return {
        ...answer,
        channel: {
          ...answer.channel,
          is_member: hasBot,
          is_ext_shared: isExternallyShared,
          is_shared: isExternallyShared,
          is_org_shared: false,
        },
      }
    },
  }
}

function userPayload(workspace: Workspace, person: LabPerson): JsonObject {
  return {
    id: person.id,
    team_id: person.teamId,
    name: person.name,
    real_name: person.realName,
    deleted: person.deleted,
    tz: person.tz,
    is_admin: person.isAdmin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.isRestricted || person.isUltraRestricted,
    is_ultra_restricted: person.isUltraRestricted,
    is_bot: person.isBot,
    is_app_user: false,
    ...(person.teamId === workspace.teamId ? {} : { is_stranger: person.isStranger }),
    ...(person.isStranger ? { is_stranger: true } : {}),
    profile: { real_name: person.realName, display_name: person.name, team: person.teamId },
  }
}

function groupPayload(workspace: Workspace, group: UserGroup, withUsers: boolean): JsonObject {
  return {
    id: group.id,
    team_id: workspace.teamId,
    is_usergroup: true,
    is_external: false,
    name: group.name,
    handle: group.handle,
    description: '',
    date_delete: 0,
    user_count: group.members.length,
    ...(withUsers ? { users: group.members } : {}),
  }
}

function isTrue(field: unknown): boolean {
  return field === true || field === 'true' || field === '1'
}
