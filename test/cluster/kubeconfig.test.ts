import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, openCluster } from '../../src/cluster/index.ts'
import {
  answerAsRecorded,
  answerJson,
  answerStatus,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-api-server.ts'

const signal = new AbortController().signal
const SECRET = 'c2VjcmV0LXBhc3N3b3Jk'

describe('opening a kubeconfig', () => {
  let server: ScriptedServer
  const tokens: (string | undefined)[] = []

  beforeAll(async () => {
    server = await startScriptedServer((path, request, response) => {
      tokens.push(request.headers.authorization)
      if (answerAsRecorded('kubernetes-1.20', path, response)) return
      if (path.endsWith('/kube-system')) {
        return answerJson(response, 200, { metadata: { uid: 'uid-1' } })
      }
      answerStatus(response, 404, 'not found')
    })
  })
  afterAll(() => server.stop())

  async function file(name: string, text: string): Promise<string> {
    const path = join(server.directory, name)
    await writeFile(path, text)
    return path
  }

  async function script(name: string, text: string): Promise<string> {
    const path = await file(name, `#!/bin/sh\n${text}\n`)
    await chmod(path, 0o755)
    return path
  }

  const exec = (command: string) => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command },
  })

  const unreadable: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
    ['does not exist', async () => join(server.directory, 'nowhere'), /does not exist/],
    [
      'is a directory',
      async () => {
        const path = join(server.directory, 'folder')
        await mkdir(path)
        return path
      },
      /is a directory/,
    ],
    ['is not YAML', () => file('not-yaml', `token: "${SECRET}\n : :`), /not valid YAML/],
    ['is something else', () => file('text', SECRET), /not a kubeconfig/],
    ['has no context', () => file('no-context', `users: [{name: ${SECRET}}]`), /current-context/],
    [
      'has a cluster without a server',
      () => file('no-server', `clusters: [{name: ${SECRET}, cluster: {}}]`),
      /not a kubeconfig/,
    ],
    [
      'leads to no user',
      () =>
        file(
          'no-user',
          'clusters: [{name: c, cluster: {server: "https://x"}}]\ncontexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x',
        ),
      /no user/,
    ],
    [
      'switches verification off',
      () => server.kubeconfig({ cluster: { 'insecure-skip-tls-verify': true } }),
      /insecure-skip-tls-verify/,
    ],
    [
      'names a server without TLS',
      () => server.kubeconfig({ cluster: { server: 'http://127.0.0.1:8080' } }),
      /https/,
    ],
  ]
  it.each(unreadable)('says why, and nothing of the content, when it %s', async (_how, at, why) => {
    const failure = await open(await at()).catch((error: unknown) => error)

    expect(failure).toMatchObject({
      code: 'cluster.kubeconfig-unreadable',
      message: expect.stringMatching(why),
    })
    expect(inspect(failure, { depth: 9 })).not.toContain(SECRET)
  })

  it('gets its token from an exec plugin, once for requests at the same time', async () => {
    const counter = join(server.directory, 'runs')
    const command = await script(
      'plugin',
      `echo run >> ${counter}\ncase "$KUBERNETES_EXEC_INFO" in *ExecCredential*) ;; *) exit 1;; esac\necho '{"kind":"ExecCredential","status":{"token":"from-plugin"}}'`,
    )
    const cluster = await open(await server.kubeconfig({ user: exec(command) }))
    tokens.length = 0

    await cluster.served(signal)

    expect(new Set(tokens)).toEqual(new Set(['Bearer from-plugin']))
    expect(await readFile(counter, 'utf8')).toBe('run\n')
    cluster.close()
  })

  it('finds an exec plugin beside the kubeconfig, and a token in a file', async () => {
    await script('beside', `echo '{"kind":"ExecCredential","status":{"token":"beside"}}'`)
    await file('token', 'from-file\n')
    for (const [user, token] of [
      [exec('./beside'), 'Bearer beside'],
      [{ tokenFile: 'token' }, 'Bearer from-file'],
    ] as const) {
      const cluster = await open(await server.kubeconfig({ user }))
      tokens.length = 0
      await cluster.identity(signal)
      expect(tokens[0]).toBe(token)
      cluster.close()
    }
  })

  it.each([
    ['fails', `echo ${SECRET} >&2; exit 1`, /"plugin-1" gave no credentials/],
    ['prints something else', `echo ${SECRET}`, /"plugin-1" gave no credentials/],
  ])('names the exec plugin, not what it printed, when that %s', async (_how, text, why) => {
    const command = await script('plugin-1', text)
    const failure = await failureOf(await server.kubeconfig({ user: exec(command) }))

    expect(failure).toMatchObject({
      code: 'cluster.kubeconfig-unreadable',
      message: expect.stringMatching(why),
    })
    expect(inspect(failure, { depth: 9 })).not.toContain(SECRET)
  })

  it('says that the exec plugin is not installed', async () => {
    const failure = await failureOf(await server.kubeconfig({ user: exec('no-such-plugin') }))
    expect(failure).toMatchObject({ message: expect.stringMatching(/not installed here/) })
  })

  it('does not wait for an exec plugin longer than for a request', async () => {
    const command = await script('sleeper', 'exec sleep 3')
    const cluster = await open(await server.kubeconfig({ user: exec(command) }), 200)
    await expect(cluster.identity(signal)).rejects.toMatchObject({ code: 'cluster.timed-out' })
    cluster.close()
  })

  it('refuses keys that are not PEM', async () => {
    const user = { 'client-certificate-data': 'eA==', 'client-key-data': 'eA==' }
    expect(await failureOf(await server.kubeconfig({ user }))).toMatchObject({
      code: 'cluster.kubeconfig-unreadable',
      message: expect.stringMatching(/not valid PEM/),
    })
  })

  it('refuses a token that cannot be sent', async () => {
    expect(
      await failureOf(await server.kubeconfig({ user: { token: `${SECRET}\nx: y` } })),
    ).toMatchObject({ code: 'cluster.kubeconfig-unreadable' })
  })

  it('names itself by the file, for people', async () => {
    const cluster = await open(await server.kubeconfig())
    expect(cluster).toMatchObject({
      source: expect.stringMatching(/^file kubeconfig-\d+\.yaml$/),
      server: server.url,
    })
    cluster.close()
  })

  async function failureOf(path: string): Promise<unknown> {
    const cluster = await open(path)
    try {
      return await cluster.identity(signal).catch((error: unknown) => error)
    } finally {
      cluster.close()
    }
  }
})

function open(path: string, timeoutMs = 5_000): Promise<Cluster> {
  const source = { kind: 'file', path } as const
  return openCluster({ source, timeoutMs, fingerprintKey: Buffer.from('test') })
}
