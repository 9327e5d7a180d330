import { ask } from './api.js'
import { exactTime } from './dates.js'
import { byId, element, setText } from './dom.js'
import { toast } from './toasts.js'

let parts = null

/** Shows the state of what lies behind Slack, and offers to break and mend it. */
export function showWorld({ world, cluster }) {
  parts ??= build(cluster)
  parts.rancher(world.rancher, world.rancher === 'up' ? 'good' : 'bad')
  parts.apiServer(world.apiServer, world.apiServer === 'up' ? 'good' : 'bad')
  parts.cluster(world.cluster, { active: 'good', unavailable: 'bad' }[world.cluster] ?? 'unclear')
  parts.agents(String(world.agents), world.agents > 0 ? 'good' : 'bad')
  for (const { update } of parts.buttons) update(world)
  const lines = JSON.stringify(world.happened)
  if (parts.happened.dataset.lines !== lines) {
    parts.happened.dataset.lines = lines
    parts.happened.replaceChildren(...world.happened.map(happeningNode))
  }
}

function build(cluster) {
  const facts = {
    rancher: factNode('Rancher'),
    cluster: factNode(`${cluster} in Rancher`),
    agents: factNode('Agents connected'),
    apiServer: factNode('API server'),
  }
  const isRancherUp = ({ rancher }) => rancher === 'up'
  const isApiServerUp = ({ apiServer }) => apiServer === 'up'
  const buttons = [
    actionButton(() => ['Rotate Rancher’s CA', 'rotate-ca'], isRancherUp),
    actionButton(() => ['Revoke the registration token', 'revoke-token'], isRancherUp),
    actionButton(() => ['Delete the agents', 'delete-agents'], isApiServerUp),
    actionButton((world) =>
      isRancherUp(world)
        ? ['Take Rancher down', 'rancher-down']
        : ['Bring Rancher back', 'rancher-back'],
    ),
    actionButton((world) =>
      isApiServerUp(world)
        ? ['Take the API server down', 'api-server-down']
        : ['Bring the API server back', 'api-server-back'],
    ),
  ]
  const happened = element('ol', { class: 'happened' })
  byId('world').append(
    element('h2', { id: 'world-title' }, 'The world'),
    section('What to do', whatToDo(cluster)),
    section(
      'How things are',
      element(
        'dl',
        { class: 'facts' },
        Object.values(facts).map(({ node }) => node),
      ),
    ),
    section(
      'Break and mend',
      element(
        'div',
        { class: 'world-actions' },
        buttons.map(({ node }) => node),
      ),
    ),
    section('What happened', happened),
  )
  return {
    ...Object.fromEntries(Object.entries(facts).map(([name, { show }]) => [name, show])),
    buttons,
    happened,
  }
}

function section(title, ...content) {
  return element('section', {}, element('h3', {}, title), ...content)
}

function whatToDo(cluster) {
  return element(
    'ol',
    { class: 'steps' },
    element(
      'li',
      {},
      'As ',
      element('b', {}, 'oncall'),
      ', type ',
      element('code', {}, `/rancher reagent ${cluster}`),
      '.',
    ),
    element(
      'li',
      {},
      'As ',
      element('b', {}, 'lead'),
      ', press ',
      element('b', {}, 'Approve'),
      ' on the card.',
    ),
    element('li', {}, 'Watch the card until the cluster is back, then break something else.'),
  )
}

function factNode(name) {
  const value = element('dd', {})
  return {
    node: element('div', {}, element('dt', {}, name), value),
    show(text, kind) {
      setText(value, text)
      value.className = kind
    },
  }
}

/** A button whose label and action follow the state of the world. */
function actionButton(look, isPossible = () => true) {
  let action = ''
  let isPossibleNow = true
  const label = element('span')
  const node = element('button', { type: 'button', class: 'button', onclick: act }, label)
  async function act() {
    if (node.getAttribute('aria-busy') === 'true') return
    node.setAttribute('aria-busy', 'true')
    const error = await ask('/api/world', { action })
    node.setAttribute('aria-busy', 'false')
    if (error !== null) toast(error)
  }
  return {
    node,
    update(world) {
      const [text, wanted] = look(world)
      setText(label, text)
      action = wanted
      isPossibleNow = isPossible(world)
      node.disabled = !isPossibleNow
    },
  }
}

function happeningNode({ at, text }) {
  const date = new Date(at)
  return element('li', {}, element('time', { datetime: at }, exactTime(date)), text)
}
