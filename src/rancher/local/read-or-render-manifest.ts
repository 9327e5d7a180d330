import { Failure, type FailureCode } from '../../recovery/index.ts'
import type { ImportManifest, RancherSettings, Registration } from '../contract.ts'
import { createHttpClient, type HttpClient } from '../http-client.ts'
import { readImportManifest } from '../import-manifest.ts'
import { renderManifest } from '../manifest-template/render-manifest.ts'
import { ping } from '../ping.ts'
import type { RancherVersion } from '../version-differences.ts'
import type { CustomResources } from './custom-resources.ts'
import { readManifestFacts } from './manifest-facts.ts'

/** Rancher is not there to ask. */
const ABSENT: readonly FailureCode[] = [
  'rancher.unreachable',
  'rancher.timed-out',
  'rancher.certificate-untrusted',
]
/** Something answers; whether that is Rancher, `/ping` tells. */
const PERHAPS_ABSENT: readonly FailureCode[] = ['rancher.failing', 'rancher.unexpected-answer']

/**
 * The manifest as Rancher serves it at its server-url, where the certificate verifies with the setting cacerts, which is trusted
 * because of where it was read. Where Rancher cannot be asked it is rendered from the settings and the token.
 */
export async function readOrRenderManifest(
  resources: CustomResources,
  asked: {
    readonly version: RancherVersion
    readonly registration: Registration
    readonly settings: RancherSettings
    readonly timeoutMs: number
  },
  signal: AbortSignal,
): Promise<ImportManifest> {
  const { version, registration, settings, timeoutMs } = asked
  const http = createHttpClient({
    url: settings.serverUrl,
    token: null,
    caPem: settings.caCerts || null,
    // Half of it is left for rendering.
    timeoutMs: Math.ceil(timeoutMs / 2),
  })
  try {
    const text = await readImportManifest(http, version, registration, signal)
    return { text, renderedBecause: null }
  } catch (failure) {
    if (!(failure instanceof Failure) || signal.aborted) throw failure
    if (!(await isAbsent(http, failure, signal))) throw failure
    const facts = await readManifestFacts(resources, asked, signal)
    if (!facts) throw failure
    return { text: renderManifest(facts), renderedBecause: failure.message }
  } finally {
    http.close()
  }
}

async function isAbsent(http: HttpClient, { code }: Failure, signal: AbortSignal) {
  if (!PERHAPS_ABSENT.includes(code)) return ABSENT.includes(code)
  return ping(http, signal).then(
    () => false,
    () => true,
  )
}
