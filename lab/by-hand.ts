import { createInterface } from 'node:readline/promises'
import { type Change, cardText } from './slack/index.ts'
import { startWorld, type World, type WorldOptions } from './world/index.ts'

const HELP = `You are oncall in #incident-prod. Rancher has just lost the cluster myk8s.

  /rancher reagent myk8s   what oncall would type; /rancher help shows the rest
  as lead                  be somebody else: oncall may ask, lead may approve, guest neither
  press Approve            press a button on the newest card that shows it (also: Reject, Whole plan, Cancel)
  submit TEXT              fill in the open window with this text
  break ca | token | agents | rancher | api      break something
  mend rancher | api       bring it back
  quit
`

/** Opens a world in which Rancher has lost the cluster, and lets the person at the terminal play everybody. */
export async function openByHand(options: WorldOptions): Promise<void> {
  const world = await startWorld({ ...options, stableFor: '10s' })
  world.rancher.rotateCa()
  await world.startReagent()
  const { rancher, cluster, slack } = world
  say(`Rancher ${rancher.url} · cluster ${cluster.server} · Slack ${slack.apiUrl}\n\n${HELP}`)
  slack.onChange(show)
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' })
  let person = 'oncall'
  terminal.prompt()
  for await (const line of terminal) {
    const [word = '', ...rest] = line.trim().split(' ')
    const text = rest.join(' ')
    if (word === 'quit') break
    if (word === 'as') person = text
    else
      await act(world, person, line.trim(), word, text).catch((error: unknown) =>
        say(String(error)),
      )
    terminal.prompt()
  }
  terminal.close()
  await world.close()
}

async function act(
  world: World,
  person: string,
  line: string,
  word: string,
  text: string,
): Promise<void> {
  const { slack } = world
  if (line.startsWith('/')) {
    const { message } = await slack.say(person, line)
    if (message) say(`(only for ${person}) ${cardText(message)}`)
  } else if (word === 'press') {
    await slack.click(person, { actionId: text.toLowerCase().replaceAll(' ', '-') })
  } else if (word === 'submit') {
    await slack.submit(person, { reason: text })
  } else if (word === 'break') {
    await breakIt(world, text)
  } else if (word === 'mend') {
    await (text === 'api' ? world.cluster.gate.comeBack() : world.rancher.comeBack())
  } else if (line !== '') {
    say(HELP)
  }
}

async function breakIt(
  { rancher, cluster, clusterId, trustRancher }: World,
  what: string,
): Promise<void> {
  const agents = { apiVersion: 'apps/v1', namespace: 'cattle-system' }
  switch (what) {
    case 'ca':
      rancher.rotateCa()
      return trustRancher()
    case 'token':
      return rancher.revokeRegistrations(clusterId, { disconnect: true })
    case 'agents':
      await cluster.deleteObject({ ...agents, kind: 'Deployment', name: 'cattle-cluster-agent' })
      return cluster.deleteObject({ ...agents, kind: 'DaemonSet', name: 'cattle-node-agent' })
    case 'rancher':
      return rancher.goDown()
    case 'api':
      return cluster.gate.goDown()
    default:
      say(HELP)
  }
}

function show(change: Change): void {
  if (change.type === 'posted' || change.type === 'edited') say(`\n${change.text}`)
  else if (change.type === 'modal') say(`\n(a window opens) ${change.text}`)
  else if (change.type === 'ephemeral') say(`\n(only for ${change.user}) ${change.text}`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
