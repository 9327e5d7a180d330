import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { load } from 'js-yaml'
import { isObject, type JsonObject, objectAt, objectsAt, textAt } from '../../cluster/json.ts'

/** `get --raw PATH`, or `create -f -` with the text that it reads. */
export type Kubectl = { readonly get: string } | { readonly create: string }

export interface KubectlAnswer {
  readonly status: number
  readonly body: string
  /** The API server's own, such as `NotFound`. */
  readonly reason: string
  readonly message: string
}

/** Asks the API server of a kubeconfig whose credential is a token. */
export async function answerOf(kubeconfigPath: string, command: Kubectl): Promise<KubectlAnswer> {
  const config = objectIn(load(readFileSync(kubeconfigPath, 'utf8')))
  const cluster = objectAt({ it: objectsAt(config, 'clusters')[0] ?? {} }, 'it', 'cluster')
  const user = objectAt({ it: objectsAt(config, 'users')[0] ?? {} }, 'it', 'user')
  const path = 'get' in command ? command.get : collectionOf(command.create)
  const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request(new URL(path, textAt(cluster, 'server')), {
      method: 'get' in command ? 'GET' : 'POST',
      ca: Buffer.from(textAt(cluster, 'certificate-authority-data'), 'base64'),
      headers: {
        authorization: `Bearer ${textAt(user, 'token')}`,
        ...('create' in command && { 'content-type': 'application/json' }),
      },
    })
    sent.once('error', reject)
    sent.once('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
    sent.end('create' in command ? command.create : undefined)
  })
  const said = parsed(answer.body)
  return { ...answer, reason: textAt(said, 'reason'), message: textAt(said, 'message') }
}

/** kubectl finds the collection by discovery; the lab only creates registrations. */
function collectionOf(sent: string): string {
  const namespace = textAt(parsed(sent), 'metadata', 'namespace')
  return `/apis/management.cattle.io/v3/namespaces/${namespace}/clusterregistrationtokens`
}

function parsed(body: string): JsonObject {
  try {
    return objectIn(JSON.parse(body))
  } catch {
    return {}
  }
}

function objectIn(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}
