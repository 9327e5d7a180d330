import { Failure } from '../recovery/index.ts'
import type { Registration } from './contract.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'
import { failureOfStatus, unexpectedAnswer } from './rancher-api.ts'
import { importPathsOf, type RancherVersion } from './version-differences.ts'

const MANIFEST_LIMIT_BYTES = 1024 * 1024
/** Rancher's are 54 characters of `bcdfghjklmnpqrstvwxz2456789`. Nothing else may become part of a path. */
const REGISTRATION_TOKEN = /^[a-z0-9]{20,128}$/

/** The text that `kubectl apply` would be given; see `Rancher.importManifest`. */
export async function readImportManifest(
  http: HttpClient,
  version: RancherVersion,
  registration: Registration,
  signal: AbortSignal,
): Promise<string> {
  const token = registration.token.reveal()
  if (!REGISTRATION_TOKEN.test(token)) {
    throw unexpectedAnswer(http.url, 'a registration token has characters that none can have')
  }
  const send = (path: string) =>
    http
      .send({ path, anonymous: true, limitBytes: MANIFEST_LIMIT_BYTES }, signal)
      .catch((error: unknown) => {
        throw isTooLarge(error) ? tooLarge() : error
      })
  const [path, olderPath] = importPathsOf(version, token, registration.clusterId)
  const first = await send(path)
  const isElsewhere = olderPath !== undefined && isUnknownPath(first, registration)
  const answer = isElsewhere ? await send(olderPath) : first
  const words = { action: 'read the agent manifest', what: 'manifest for this registration token' }
  const failure = failureOfStatus(answer, words, http.url)
  if (failure) throw failure
  if (answer.contentType.includes('html') || answer.text.trimStart().startsWith('<')) {
    throw unexpectedAnswer(http.url, 'a web page in place of the agent manifest')
  }
  return answer.text
}

/**
 * Whether the address with the cluster's id means nothing to this Rancher. Up to 2.5.5 it takes all of it for a token and makes a
 * manifest for that.
 */
function isUnknownPath({ status, text }: HttpAnswer, { token, clusterId }: Registration): boolean {
  const wholeAsToken = Buffer.from(`${token.reveal()}_${clusterId}`).toString('base64')
  return status === 404 || text.includes(wholeAsToken)
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Failure && error.code === 'rancher.answer-too-large'
}

function tooLarge(): Failure {
  return new Failure('manifest.too-large', { limitBytes: String(MANIFEST_LIMIT_BYTES) })
}
