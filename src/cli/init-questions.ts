import { askUnlessInterrupted } from './ask.ts'
import type { Context } from './context.ts'
import { type Draft, defaultAlone } from './init-options.ts'
import {
  type NamedCluster,
  type NamedFile,
  policyProblem,
  type Read,
  readCaFile,
  readKubeconfig,
  readPeople,
  readRancherUrl,
  readTeam,
} from './init-values.ts'

/** The person pressed ctrl-C in place of an answer. */
export class Interrupted extends Error {}

/** One question: what to know first, what to type, and how the answer is read. An empty answer is read like any other. */
interface Question<T> {
  readonly explain: readonly string[]
  readonly prompt: string
  readonly read: (answer: string) => Read<T>
}

/**
 * Asks on the terminal for what the draft does not say; a wrong answer is explained and asked for again. Throws `Interrupted`.
 *
 * @param folder where relative paths start from
 */
export async function askForRest(
  context: Context,
  given: Draft,
  folder: string,
): Promise<Draft & { readonly rancherUrl: string }> {
  const ask = <T>(question: Question<T>) => askUntilRead(context, question)
  const rancherUrl = given.rancherUrl ?? (await ask(RANCHER_URL))
  const caFile = given.caFile ?? (await ask(caFileQuestion(folder)))
  const clusters = given.clusters ?? (await askForClusters(ask, folder))
  const team = given.team ?? (await ask(TEAM))
  const soFar: Draft = {
    ...given,
    rancherUrl,
    clusters,
    ...(caFile && { caFile }),
    ...(team && { team }),
  }
  const connection = team ? (given.connection ?? (await ask(CONNECTION))) : given.connection
  const people = await askForPeople(ask, soFar)
  return { ...soFar, ...people, rancherUrl, ...(connection && { connection }) }
}

type Ask = <T>(question: Question<T>) => Promise<T>

async function askUntilRead<T>(context: Context, question: Question<T>): Promise<T> {
  const { output } = context
  output.note('', ...question.explain)
  for (;;) {
    const answer = await askUnlessInterrupted(context, `${question.prompt}: `)
    if (answer === null) throw new Interrupted()
    const read = question.read(answer.trim())
    if ('value' in read) return read.value
    output.note(`  Not taken: ${read.problem}.`)
  }
}

const RANCHER_URL: Question<string> = {
  explain: ['The address of Rancher. In Rancher: ☰ > Global Settings > server-url.'],
  prompt: 'Address, https://…',
  read: readRancherUrl,
}

function caFileQuestion(folder: string): Question<NamedFile | null> {
  return {
    explain: [
      'If Rancher’s certificate is not from a public authority: the PEM file of the authority that issued it. Whoever',
      'set Rancher up has it; it is also the value of cacerts under ☰ > Global Settings.',
    ],
    prompt: 'PEM file [Enter: a public authority]',
    read: orNull(
      insisting(
        (answer) => readCaFile(answer, folder),
        (file) => file,
      ),
    ),
  }
}

async function askForClusters(ask: Ask, folder: string): Promise<readonly NamedCluster[]> {
  const clusters: NamedCluster[] = []
  for (;;) {
    const isFirst = clusters.length === 0
    const name = await ask({
      explain: isFirst
        ? [
            'The clusters that Reagent may recover, by the name that Rancher shows. Each needs a kubeconfig that does not go',
            'through Rancher: RKE writes kube_config_cluster.yml beside its cluster.yml; RKE2 has /etc/rancher/rke2/rke2.yaml',
            'and K3s /etc/rancher/k3s/k3s.yaml on a server node (put the node’s address in place of 127.0.0.1).',
          ]
        : [],
      prompt: isFirst ? 'Name of a cluster [Enter: later]' : 'Name of another [Enter: no more]',
      read: (answer) =>
        clusters.some((one) => one.name === answer)
          ? { problem: `${answer} was named already` }
          : { value: answer },
    })
    if (name === '') return clusters
    const kubeconfig = await ask({
      explain: [],
      prompt: `Kubeconfig of ${name}, a path`,
      read: insisting(
        (answer) =>
          answer === '' ? { problem: 'it needs a path' } : readKubeconfig(answer, folder),
        (file) => file,
      ),
    })
    clusters.push({ name, kubeconfig })
  }
}

const TEAM: Question<string | null> = {
  explain: [
    'The id of your Slack workspace: open Slack in a browser; the address is https://app.slack.com/client/T…/… and T… is',
    'the id. The Slack app itself is made later: what to do is printed at the end.',
  ],
  prompt: 'Workspace id, T… [Enter: no Slack, only this terminal]',
  read: orNull(readTeam),
}

const CONNECTION: Question<'http' | 'socket'> = {
  explain: [
    'How Slack reaches Reagent. socket: Reagent calls Slack, no open port is needed. http: Slack calls Reagent at a public',
    'https address that leads to PORT (3000).',
  ],
  prompt: 'socket or http [socket]',
  read: (answer) => {
    if (answer === '') return { value: 'socket' }
    return answer === 'socket' || answer === 'http'
      ? { value: answer }
      : { problem: `"${answer}": type socket or http` }
  },
}

async function askForPeople(ask: Ask, given: Draft) {
  const { team = null } = given
  if (team === null) {
    const alone = given.approveAlone ?? (await ask(aloneQuestion(given)))
    return { request: given.request ?? [], approve: given.approve ?? [], approveAlone: alone }
  }
  const request =
    given.request ??
    (await ask({
      explain: [
        'Who may ask for a recovery: member ids (U…) with commas between. In Slack: the person’s profile, ⋮ (More), Copy',
        'member ID. Whoever may approve may also ask.',
      ],
      prompt: 'May ask [Enter: only those who approve]',
      read: (answer) => readPeople(answer, team),
    }))
  const approve =
    given.approve ??
    (await ask({
      explain: ['Who may approve what somebody else asked for: member ids in the same way.'],
      prompt: 'May approve',
      read: (answer) => {
        const read = readPeople(answer, team)
        if ('problem' in read) return read
        const { approveAlone = [] } = given
        const problem = policyProblem({ request, approve: read.value, approveAlone })
        return problem === null ? read : { problem }
      },
    }))
  const approveAlone = given.approveAlone ?? (await ask(aloneQuestion(given)))
  return { request, approve, approveAlone }
}

function aloneQuestion(draft: Draft): Question<readonly string[]> {
  const otherwise = defaultAlone(draft)
  return {
    explain: [
      'Who may approve what they asked for themselves, at the terminal of this machine, when nobody else is awake:',
      'local/ACCOUNT.',
    ],
    prompt: `May approve alone [Enter: ${otherwise.join(', ') || 'nobody'}]`,
    read: (answer) =>
      answer === '' ? { value: otherwise } : readPeople(answer, draft.team ?? null),
  }
}

/** An empty answer is read as null. */
function orNull<T>(read: (answer: string) => Read<T>): (answer: string) => Read<T | null> {
  return (answer) => (answer === '' ? { value: null } : read(answer))
}

/** A file that is not there is taken when it is typed a second time: it may come later. */
function insisting<T>(
  read: (answer: string) => Read<T>,
  fileIn: (value: T) => NamedFile,
): (answer: string) => Read<T> {
  let before: string | null = null
  return (answer) => {
    const found = read(answer)
    if ('problem' in found || !fileIn(found.value).missing || answer === before) return found
    before = answer
    return { problem: `there is no file "${answer}"; type it again to name it all the same` }
  }
}
