import { userInfo } from 'node:os'
import { problemWith } from '../config/index.ts'
import type { FirstConfig } from './config-text.ts'
import {
  type NamedCluster,
  type NamedFile,
  policyProblem,
  type Read,
  readCaFile,
  readCluster,
  readPeople,
  readRancherUrl,
  readTeam,
} from './init-values.ts'

/** The options of `reagent init` as they were typed. */
export interface InitOptions {
  readonly rancherUrl?: string
  readonly caFile?: string
  readonly cluster?: readonly string[]
  readonly team?: string
  readonly connection?: 'http' | 'socket'
  readonly request?: readonly string[]
  readonly approve?: readonly string[]
  readonly approveAlone?: readonly string[]
}

/** A configuration on its way: what is undefined was not said yet. */
export interface Draft {
  readonly rancherUrl?: string
  readonly caFile?: NamedFile
  readonly clusters?: readonly NamedCluster[]
  readonly team?: string
  readonly connection?: 'http' | 'socket'
  readonly request?: readonly string[]
  readonly approve?: readonly string[]
  readonly approveAlone?: readonly string[]
}

/** What the options say, and everything that is wrong with them, each line with its option. */
export function draftFrom(
  options: InitOptions,
  folder: string,
): { readonly draft: Draft; readonly problems: readonly string[] } {
  const problems: string[] = []
  function taken<T>(option: string, read: Read<T>): T | undefined {
    if ('value' in read) return read.value
    problems.push(`${option}: ${read.problem}`)
    return undefined
  }
  const { rancherUrl, caFile, cluster, team, connection } = options
  const people = (option: string, list: readonly string[] | undefined) =>
    list && taken(option, readPeople(list.join(' '), team ?? null))
  const draft = {
    rancherUrl:
      rancherUrl === undefined ? undefined : taken('--rancher-url', readRancherUrl(rancherUrl)),
    caFile: caFile === undefined ? undefined : taken('--ca-file', readCaFile(caFile, folder)),
    clusters: cluster
      ?.map((text) => taken('--cluster', readCluster(text, folder)))
      .filter((one) => one !== undefined),
    team: team === undefined ? undefined : taken('--team', readTeam(team)),
    connection,
    request: people('--request', options.request),
    approve: people('--approve', options.approve),
    approveAlone: people('--approve-alone', options.approveAlone),
  }
  return { draft: withoutUndefined(draft), problems }
}

/** What still has to be said where nobody can be asked: the same as a terminal insists on. */
export function missingFrom(draft: Draft): readonly string[] {
  const { request = [], approve = [], approveAlone = defaultAlone(draft) } = draft
  const policy = policyProblem({ request, approve, approveAlone })
  return [
    ...(draft.rancherUrl === undefined
      ? ['--rancher-url: is missing, the address of Rancher']
      : []),
    ...(policy === null ? [] : [`--approve: ${policy}`]),
  ]
}

/** Without Slack nobody else could approve, so the account that writes the file may do it alone. */
export function defaultAlone({ team }: Draft): readonly string[] {
  if (team !== undefined) return []
  const account = `local/${userInfo().username}`
  return problemWith('policy person', account) === null ? [account] : []
}

/** The configuration, with a default for everything that was left out. */
export function configFrom(draft: Draft & { readonly rancherUrl: string }): FirstConfig {
  return {
    rancherUrl: draft.rancherUrl,
    caFile: draft.caFile?.path ?? null,
    clusters: (draft.clusters ?? []).map(({ name, kubeconfig }) => ({
      name,
      kubeconfig: kubeconfig.path,
    })),
    team: draft.team ?? null,
    connection: draft.connection ?? 'socket',
    request: draft.request ?? [],
    approve: draft.approve ?? [],
    approveAlone: draft.approveAlone ?? defaultAlone(draft),
  }
}

/** The files that are named and are not there. */
export function missingFiles({ caFile, clusters = [] }: Draft): readonly string[] {
  return [caFile, ...clusters.map(({ kubeconfig }) => kubeconfig)].flatMap((file) =>
    file?.missing ? [file.path] : [],
  )
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as Defined<T>
}
