import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority } from '../../lab/certificates/index.ts'
import { recorded } from '../fixtures/recorded.ts'

/** Answers one request; `path` comes without its query. */
export type Script = (path: string, request: IncomingMessage, response: ServerResponse) => void

export interface ScriptedServer {
  readonly url: string
  readonly caPem: string
  readonly directory: string
  /** `METHOD path?query` of each request, in the order in which they came. */
  readonly requests: readonly string[]
  /** How many TLS connections were opened. */
  connections(): number
  /** Writes a kubeconfig for this server and gives its path; `user` and `cluster` are merged into it. */
  kubeconfig(options?: { readonly user?: object; readonly cluster?: object }): Promise<string>
  stop(): Promise<void>
}

/** An HTTPS server that answers as told: for what a healthy API server cannot be made to do. */
export async function startScriptedServer(
  script: Script,
  certificate: { readonly dnsNames?: readonly string[]; readonly validForMs?: number } = {},
): Promise<ScriptedServer> {
  const now = new Date(Date.now() - 60 * 60 * 1000)
  const authority = createAuthority({ commonName: 'test-ca', now })
  const { dnsNames = ['localhost'], validForMs = 24 * 60 * 60 * 1000 } = certificate
  const ipAddresses = certificate.dnsNames ? [] : ['127.0.0.1']
  const issued = authority.issue({ commonName: 'server', dnsNames, ipAddresses, now, validForMs })
  const requests: string[] = []
  let connections = 0
  const server = createServer({ cert: issued.certPem, key: issued.keyPem }, (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    script(request.url?.split('?')[0] ?? '', request, response)
  })
  server.on('secureConnection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `https://127.0.0.1:${port}`
  const directory = await mkdtemp(join(tmpdir(), 'reagent-test-'))
  let files = 0
  return {
    url,
    caPem: authority.certPem,
    directory,
    requests,
    connections: () => connections,
    kubeconfig: async ({ user = { token: 'let-me-in' }, cluster = {} } = {}) => {
      const ca = Buffer.from(authority.certPem).toString('base64')
      const path = join(directory, `kubeconfig-${files++}.yaml`)
      const document = {
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [
          { name: 'c', cluster: { server: url, 'certificate-authority-data': ca, ...cluster } },
        ],
        users: [{ name: 'u', user }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }
      await writeFile(path, JSON.stringify(document))
      return path
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, { recursive: true })
    },
  }
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

export function answerStatus(response: ServerResponse, code: number, message: string): void {
  answerJson(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code })
}

/** Answers `/version` and discovery as recorded; false when the request is for something else. */
export function answerAsRecorded(
  release: 'kubernetes-1.20' | 'kubernetes-old',
  path: string,
  response: ServerResponse,
): boolean {
  const files: Readonly<Record<string, string>> = {
    '/version': 'version.json',
    '/api/v1': 'api_v1.json',
    '/apis/apps/v1': 'apis_apps_v1.json',
    '/apis/rbac.authorization.k8s.io/v1': 'apis_rbac.authorization.k8s.io_v1.json',
  }
  const file = files[path]
  if (file) answerJson(response, 200, recorded(`${release}/${file}`))
  else if (/^\/apis\/[^/]+\/[^/]+$/.test(path)) response.writeHead(404).end('404 page not found')
  else return false
  return true
}
