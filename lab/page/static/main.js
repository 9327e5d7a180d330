import { setUpComposer } from './composer.js'
import { byId, setText } from './dom.js'
import { setUpMessages, showMessages } from './messages.js'
import { showModal } from './modal.js'
import { showPeople } from './people.js'
import { follow } from './stream.js'
import { showWorld } from './world.js'

const FIRST_PERSON = 'oncall'

let you = FIRST_PERSON
let unfollow = () => undefined

/** Sees the channel as this person from now on. The address says who, so that two tabs can be two people. */
function become(person) {
  you = person
  unfollow()
  unfollow = follow(person, {
    onSnapshot: show,
    onConnection: showConnection,
    onUnknown: () => (person === FIRST_PERSON ? showConnection(false) : become(FIRST_PERSON)),
  })
  if (location.hash !== `#${person}`) history.replaceState(null, '', `#${person}`)
}

function show(snapshot) {
  const names = new Map([...snapshot.people, snapshot.bot].map(({ id, name }) => [id, name]))
  showPeople(snapshot, become)
  showWorld(snapshot)
  showMessages(snapshot, names)
  showModal(snapshot, names)
}

function showConnection(isConnected) {
  setText(
    byId('connection'),
    isConnected ? '' : 'The lab does not answer. Is the demo still running?',
  )
}

setUpMessages()
setUpComposer(() => you)
become(location.hash.slice(1) || FIRST_PERSON)
addEventListener('hashchange', () => become(location.hash.slice(1) || FIRST_PERSON))
