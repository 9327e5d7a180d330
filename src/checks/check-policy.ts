import type { Policy } from '../recovery/index.ts'
import type { SlackPart } from './contract.ts'
import { Caution, type Check, Finding } from './perform.ts'

const LOCAL = 'local/'

/** Somebody may ask for a recovery that somebody may approve, and Slack knows these people. */
export function policyChecks(
  policy: Policy,
  slack: { readonly part: SlackPart; readonly token: Check } | null,
): readonly Check[] {
  const rules: Check = { what: 'Policy', test: async () => checkRules(policy, slack !== null) }
  if (!slack) return [rules]
  const { part, token } = slack
  return [
    rules,
    {
      what: 'Policy people',
      needs: [token],
      test: (signal) => checkPeople(policy, part, signal),
    },
  ]
}

function checkRules(policy: Policy, hasSlack: boolean): string | Caution {
  const { approve, approveAlone } = policy
  const approvers = new Set([...approve, ...approveAlone])
  const requesters = new Set([...policy.request, ...approvers])
  if (approvers.size === 0) {
    throw new Finding(
      'nobody may approve a recovery',
      'List at least one person under policy.approve in reagent.yaml.',
    )
  }
  // An approver may ask too, so two people are enough; a single one could approve only what nobody else can ask for.
  if (approveAlone.size === 0 && requesters.size < 2) {
    throw new Finding(
      `${[...approvers].join(', ')} is the only one who may ask, and may not approve alone`,
      'List somebody else under policy.request or policy.approve in reagent.yaml.',
    )
  }
  const alone = approveAlone.size > 0 ? `, ${approveAlone.size} alone` : ''
  const seen = `${requesters.size} may ask, ${approvers.size} may approve${alone}`
  if (hasSlack && [...approvers].every((key) => key.startsWith(LOCAL))) {
    return new Caution(
      `${seen}, but nobody in Slack may approve: only accounts of the terminal`,
      'List Slack user ids under policy.approve in reagent.yaml.',
    )
  }
  const aloneInSlack = [...approveAlone].filter((key) => !key.startsWith(LOCAL))
  if (aloneInSlack.length > 0) {
    return new Caution(
      `${seen}: ${aloneInSlack.join(', ')} may approve what they asked for themselves in Slack`,
      'Keep policy.approveAlone for the terminal (local/ACCOUNT), so that a second person looks at each change.',
    )
  }
  return seen
}

/** What Slack knows about one listed person, as a sentence that starts with who it is; null when all is well. */
interface Person {
  readonly key: string
  readonly name: string
  readonly problem:
    | 'unknown'
    | 'another workspace'
    | 'deactivated'
    | 'bot'
    | 'guest'
    | 'outsider'
    | null
}

async function checkPeople(
  policy: Policy,
  { inspection, teamId }: SlackPart,
  signal: AbortSignal,
): Promise<string | Caution> {
  const approvers = [...new Set([...policy.approve, ...policy.approveAlone])]
  const keys = [...new Set([...policy.request, ...approvers])].filter(
    (key) => !key.startsWith(LOCAL),
  )
  if (keys.length === 0) return 'nobody in Slack is listed'
  const people = await Promise.all(
    keys.map(async (key): Promise<Person> => {
      const [team = '', user = ''] = key.split('/')
      if (team !== teamId) return { key, name: user, problem: 'another workspace' }
      const account = await inspection.account(user, teamId, signal)
      if (account === null) return { key, name: user, problem: 'unknown' }
      return { key, name: `${account.name} (${user})`, problem: account.problem }
    }),
  )
  const unknown = people.filter(({ problem }) => problem === 'unknown')
  if (unknown.length > 0) {
    throw new Finding(
      `Slack has no user ${unknown.map(({ name }) => name).join(', ')} in this workspace`,
      'Correct the id under policy in reagent.yaml: in Slack, open the person’s profile, ⋮ (More), Copy member ID.',
    )
  }
  const unfit = people.filter(
    ({ key, problem }) => problem !== null && (approvers.includes(key) || problem !== 'guest'),
  )
  const inSlack = keys.filter((key) => approvers.includes(key))
  const fit = inSlack.filter((key) => !unfit.some((person) => person.key === key))
  const seen = unfit.map(({ name, problem }) => `${name} is ${IS[problem ?? 'unknown']}`).join(', ')
  if (inSlack.length > 0 && fit.length === 0) {
    throw new Finding(
      `nobody who is listed can approve in Slack: ${seen}`,
      'List an active full member of this workspace under policy.approve in reagent.yaml.',
    )
  }
  if (unfit.length > 0) {
    return new Caution(
      `${seen}: refused when they approve`,
      'Take them off the lists under policy in reagent.yaml.',
    )
  }
  return `known to Slack and active: ${people.map(({ name }) => name).join(', ')}`
}

const IS: Readonly<Record<NonNullable<Person['problem']>, string>> = {
  unknown: 'not known',
  'another workspace': 'of another workspace and cannot be looked up here',
  deactivated: 'deactivated',
  bot: 'a bot',
  guest: 'a guest',
  outsider: 'of another organisation',
}
