import { Failure } from '../recovery/index.ts'
import { askUnlessInterrupted } from './ask.ts'
import type { FirstConfig } from './config-text.ts'
import type { Context } from './context.ts'

/** The options of `reagent init`; what is absent is asked for. */
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

/**
 * The configuration from the options, and on a terminal from questions about the rest. Null when the person pressed
 * ctrl-C. Fails with `usage.invalid` where Rancher’s address is missing or a cluster is not `NAME=KUBECONFIG`.
 */
export async function completeConfig(
  context: Context,
  options: InitOptions,
): Promise<FirstConfig | null> {
  const answers = await askForRest(context, options)
  if (answers === null) return null
  const { rancherUrl, caFile, cluster, team, connection, request, approve, approveAlone } = answers
  if (!rancherUrl) throw usage('Rancher’s address is missing: give --rancher-url.')
  return {
    rancherUrl,
    caFile: caFile || null,
    clusters: (cluster ?? []).map(clusterFrom),
    team: team || null,
    connection: connection ?? 'http',
    request: peopleFrom(request),
    approve: peopleFrom(approve),
    approveAlone: peopleFrom(approveAlone),
  }
}

async function askForRest(context: Context, options: InitOptions): Promise<InitOptions | null> {
  if (context.parts.askPerson === null || context.output.json) return options
  const answers: Record<string, string | readonly string[]> = {}
  for (const { option, question, isList } of QUESTIONS) {
    if (options[option] !== undefined) continue
    const answer = await askUnlessInterrupted(context, `${question}: `)
    if (answer === null) return null
    answers[option] = isList ? answer.split(/[\s,]+/).filter(Boolean) : answer.trim()
  }
  return { ...answers, ...options }
}

const QUESTIONS: readonly {
  readonly option: keyof InitOptions
  readonly question: string
  readonly isList: boolean
}[] = [
  { option: 'rancherUrl', question: 'Address of Rancher (https://…)', isList: false },
  {
    option: 'caFile',
    question: 'PEM file of its certificate’s authority (Enter: a public one)',
    isList: false,
  },
  { option: 'cluster', question: 'Clusters, as NAME=KUBECONFIG (Enter: later)', isList: true },
  { option: 'team', question: 'Slack workspace, as T012ABCDEF (Enter: no Slack)', isList: false },
  {
    option: 'request',
    question: 'Who may ask: Slack user ids or local/ACCOUNT (Enter: nobody)',
    isList: true,
  },
  {
    option: 'approve',
    question: 'Who may approve what others asked for (Enter: nobody)',
    isList: true,
  },
  {
    option: 'approveAlone',
    question: 'Who may approve what they asked for themselves (Enter: nobody)',
    isList: true,
  },
]

function clusterFrom(text: string): { readonly name: string; readonly kubeconfig: string } {
  const [name, ...rest] = text.split('=')
  const kubeconfig = rest.join('=')
  if (name && kubeconfig) return { name, kubeconfig }
  throw usage(`"${text}" is not NAME=KUBECONFIG.`)
}

function peopleFrom(list: readonly string[] | undefined): readonly string[] {
  return (list ?? []).flatMap((people) => people.split(/[\s,]+/)).filter(Boolean)
}

function usage(problem: string): Failure {
  return new Failure('usage.invalid', { problem })
}
