import type { Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Secret } from '../../src/observe/index.ts'
import { createRancher, type Rancher } from '../../src/rancher/index.ts'
import {
  answerJson,
  type ScriptedServer,
  startScriptedServer,
} from '../cluster/scripted-api-server.ts'
import { failureOf } from './support/failing.ts'

const signal = new AbortController().signal
let server: ScriptedServer
let rancher: Rancher

/** Answers the first request of each connection, and cuts it at the second: an idle connection that was given up meanwhile. */
beforeEach(async () => {
  const used = new WeakSet<Socket>()
  server = await startScriptedServer((_path, request, response) => {
    if (used.has(request.socket)) return request.socket.destroy()
    used.add(request.socket)
    answerJson(response, 200, { data: [] })
  })
  rancher = createRancher({
    url: server.url,
    token: new Secret('token-abcde:secret'),
    caPem: server.caPem,
    timeoutMs: 5_000,
  })
})
afterEach(async () => {
  rancher.close()
  await server.stop()
})

it('a question on an idle connection that Rancher gave up is asked again on a new one', async () => {
  expect(await rancher.clusters(signal)).toEqual([])
  expect(await rancher.clusters(signal)).toEqual([])
  expect(server.requests).toHaveLength(3)
  expect(server.connections()).toBe(2)
})

it('what may have written something is never sent twice', async () => {
  const failure = await failureOf(rancher.ensureRegistration('c-abcde', signal))
  expect(failure.code).toBe('rancher.unreachable')
  expect(server.requests.filter((request) => request.startsWith('POST'))).toHaveLength(1)
})
