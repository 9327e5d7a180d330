import type { IncomingMessage, ServerResponse } from 'node:http'
import { cardText } from './card-text.ts'
import { createCommands } from './client/commands.ts'
import { createPresses } from './client/presses.ts'
import { createSubmissions } from './client/submissions.ts'
import type { LabSlack, LabSlackOptions } from './contract.ts'
import { answerJson, readBody } from './http/body.ts'
import { openHttpDoor } from './http/http-door.ts'
import { createLineToBot } from './line-to-bot/line-to-bot.ts'
import { createSocketMode } from './line-to-bot/socket-mode.ts'
import { createChanges } from './state/changes.ts'
import { createNumbering } from './state/identifiers.ts'
import { createMessageStore } from './state/message-store.ts'
import { createModalStore } from './state/modal-store.ts'
import { createTranscript } from './state/transcript.ts'
import { createTriggers } from './state/triggers.ts'
import { createWorkspace, HOME_CHANNEL } from './state/workspace.ts'
import { createBotPosts } from './web-api/bot-posts.ts'
import { chatMethods } from './web-api/chat-methods.ts'
import { startEmulator } from './web-api/emulator.ts'
import { createFaults } from './web-api/faults.ts'
import { peopleMethods } from './web-api/people-methods.ts'
import { createResponseUrls } from './web-api/response-urls.ts'
import { viewMethods } from './web-api/view-methods.ts'
import { createWebApi } from './web-api/web-api.ts'

/**
 * Starts a Slack on 127.0.0.1 with one workspace, a channel `#incident-prod` and the people `oncall`, `lead` and `guest`.
 * A Bolt app is pointed at it with `clientOptions: { slackApiUrl: slack.apiUrl }` and told of with `connectTo`.
 */
export async function startSlack(options: LabSlackOptions = {}): Promise<LabSlack> {
  const seed = options.seed ?? 1
  const now = options.now ?? (() => new Date())
  let clockAheadMs = 0
  const workspace = createWorkspace(options)
  const numbering = createNumbering(options.liveTimestamps === true ? now : null)
  const transcript = createTranscript()
  const faults = createFaults()
  const triggers = createTriggers(seed, now)
  const changes = createChanges(() => everythingSeen())
  const messages = createMessageStore(changes, numbering)
  const modals = createModalStore(changes, numbering, seed)
  const socketMode = createSocketMode({ appId: workspace.appId, numbering, transcript, seed })
  const line = createLineToBot({
    requestUrl: options.requestUrl ?? null,
    signingSecret: workspace.signingSecret,
    socketMode,
    transcript,
    delayMs: options.requestDelayMs ?? 0,
    now,
  })
  const emulator = await startEmulator(workspace)
  const posts = createBotPosts({ workspace, emulator, messages, numbering })
  const responseUrls = createResponseUrls({ posts, messages, seed, now })
  const baseUrl = () => `http://127.0.0.1:${door.port}`
  const webApi = createWebApi({
    workspace,
    emulator,
    faults,
    clock: () => new Date(now().getTime() + clockAheadMs),
    methods: {
      ...peopleMethods(workspace, emulator),
      ...chatMethods(workspace, messages, posts),
      ...viewMethods(workspace, modals, triggers),
      'apps.connections.open': () => ({
        ok: true,
        url: `ws://127.0.0.1:${door.port}${socketMode.ticket()}`,
      }),
    },
  })

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', 'http://lab').pathname
    const body = await readBody(request)
    if (body === null) {
      response.writeHead(413, { connection: 'close' }).end()
    } else if (path.startsWith('/api/')) {
      const method = path.slice('/api/'.length)
      transcript.record(`api/${method}`, body)
      await webApi(method, body, request, response)
    } else if (path.startsWith('/response/')) {
      transcript.record('response_url', body)
      const { status, answer } = await responseUrls.handle(path, body)
      answerJson(response, status, answer)
    } else {
      answerJson(response, 404, { ok: false, error: 'not_found' })
    }
  }
  const door = await openHttpDoor(options.port ?? 0, { handle, upgrade: socketMode.connect })

  const say = createCommands({ workspace, line, posts, triggers, responseUrls, baseUrl })
  const presses = createPresses({
    workspace,
    line,
    messages,
    modals,
    triggers,
    responseUrls,
    numbering,
    baseUrl,
  })
  const submissions = createSubmissions({ workspace, line, modals, triggers })
  const goDown = async () => {
    socketMode.closeAll()
    await door.goDown()
  }

  function everythingSeen(): string {
    const inChannels = workspace.channels().flatMap(({ id }) => messages.inChannel(id))
    const inPrivate = workspace.people().flatMap(({ id }) => messages.onlyFor(id))
    return [...inChannels, ...inPrivate].map(cardText).join('\n\n')
  }

  return {
    apiUrl: `${baseUrl()}/api/`,
    teamId: workspace.teamId,
    appId: workspace.appId,
    botUserId: workspace.botUserId,
    botToken: workspace.botToken,
    appToken: workspace.appToken,
    signingSecret: workspace.signingSecret,
    person: workspace.person,
    people: workspace.people,
    changePerson: workspace.changePerson,
    setUserGroup: workspace.setUserGroup,
    channelId: (name) => workspace.channel(name).id,
    messages: (channel = HOME_CHANNEL) =>
      messages.inChannel(workspace.findChannel(channel)?.id ?? channel),
    directMessages: (person) =>
      messages.inChannel(workspace.directChannelId(workspace.person(person))),
    ephemerals: (person) => messages.onlyFor(workspace.person(person).id),
    modal: (person) => modals.top(workspace.person(person).id),
    transcript: transcript.said,
    connectTo: line.connectTo,
    say: (person, command, channel = HOME_CHANNEL) => say(person, command, channel),
    click: presses.click,
    clickOld: presses.clickOld,
    submit: submissions.submit,
    closeModal: submissions.closeModal,
    lastRequest: line.lastRequest,
    replay: line.replay,
    sendRaw: line.sendRaw,
    rateLimit: (method, { retryAfterSeconds, times = 1 }) =>
      faults.order(method, { kind: 'rate limit', retryAfterSeconds }, times),
    fail: (method, error, { times = Number.POSITIVE_INFINITY } = {}) =>
      error === null
        ? faults.stopRefusing(method)
        : faults.order(method, { kind: 'refusal', error }, times),
    loseAnswer: (method, { times = 1 } = {}) =>
      faults.order(method, { kind: 'lost answer' }, times),
    delay: faults.delay,
    shiftClock: (aheadMs) => {
      clockAheadMs = aheadMs
    },
    goDown,
    comeBack: door.comeBack,
    sockets: socketMode.count,
    refreshSockets: socketMode.refresh,
    onChange: changes.onChange,
    waitFor: changes.waitFor,
    close: async () => {
      await goDown()
      await emulator.close()
    },
  }
}
