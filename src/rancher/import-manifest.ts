import { Failure } from '../recovery/index.ts'
import type { Registration } from './contract.ts'
import type { HttpClient } from './http-client.ts'
import { failureOfStatus, unexpectedAnswer } from './rancher-api.ts'
import { importPathOf, type RancherVersion } from './version-differences.ts'

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
  const path = importPathOf(version, token, registration.clusterId)
  const answer = await http
    .send({ path, anonymous: true, limitBytes: MANIFEST_LIMIT_BYTES }, signal)
    .catch((error: unknown) => {
      throw isTooLarge(error) ? tooLarge() : error
    })
  const words = { action: 'read the agent manifest', what: 'manifest for this registration token' }
  const failure = failureOfStatus(answer, words, http.url)
  if (failure) throw failure
  if (answer.contentType.includes('html') || answer.text.trimStart().startsWith('<')) {
    throw unexpectedAnswer(http.url, 'a web page in place of the agent manifest')
  }
  return answer.text
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Failure && error.code === 'rancher.answer-too-large'
}

function tooLarge(): Failure {
  return new Failure('manifest.too-large', { limitBytes: String(MANIFEST_LIMIT_BYTES) })
}
