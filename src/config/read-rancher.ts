import type { Secret } from '../observe/index.ts'
import type { RancherConfig, RancherWayConfig, Role } from './contract.ts'
import { type Environment, textFrom, withoutSecrets } from './environment.ts'
import type { ConfigFile } from './file-schema.ts'
import { inFolder } from './in-folder.ts'
import { type Report, readText, secretFrom } from './secrets.ts'

const SHORTEST_FINGERPRINT_KEY = 16

interface Given {
  readonly env: Environment
  readonly file: ConfigFile
  readonly folder: string
  readonly role: Role
}

/** Where Rancher is and by which ways it is read; null, with problems, where that cannot be said. */
export function readRancher(given: Given, report: Report): RancherConfig | null {
  const { env, file, folder } = given
  const url = textFrom(env, 'RANCHER_URL') ?? file.rancher.url
  if (!url) report('RANCHER_URL', 'is required: the address of Rancher')
  else if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    report('RANCHER_URL', 'expected an https address')
  }
  const caFile =
    textFrom(env, 'RANCHER_CA_FILE') ??
    (file.rancher.caFile && inFolder(folder, file.rancher.caFile))
  const caPem = caFile ? readText(caFile, 'RANCHER_CA_FILE', report) : null
  const token = secretFrom(env, 'RANCHER_TOKEN', report)
  const [first, ...others] = readWays(given, token, report)
  const fingerprintSecret = readFingerprintSecret(given, token, report)
  if (!url || !first) return null
  const timeoutMs = file.rancher.timeout
  return { url, ways: [first, ...others], caPem, timeoutMs, fingerprintSecret }
}

function readWays(
  { env, file, folder }: Given,
  token: Secret | null,
  report: Report,
): readonly RancherWayConfig[] {
  const { ways } = file.rancher
  if (ways.filter((way) => way === 'api').length > 1) report('rancher.ways', 'api is listed twice')
  const usesApi = ways.includes('api')
  if (usesApi && !token?.reveal()) {
    report('RANCHER_TOKEN', 'is required: an API key without a cluster scope')
  }
  return ways.flatMap((way): readonly RancherWayConfig[] => {
    if (way === 'api') return token ? [{ kind: 'api', token }] : []
    if ('kubeconfig' in way) return [{ kind: 'kubeconfig', path: inFolder(folder, way.kubeconfig) }]
    return [{ kind: 'container', command: way.container, environment: withoutSecrets(env) }]
  })
}

/** Without Rancher's token there must be another secret that all who make plans share. */
function readFingerprintSecret(
  { env, role }: Given,
  token: Secret | null,
  report: Report,
): Secret | null {
  const own = secretFrom(env, 'REAGENT_FINGERPRINT_KEY', report)
  if (own && own.reveal().length < SHORTEST_FINGERPRINT_KEY) {
    report('REAGENT_FINGERPRINT_KEY', `expected ${SHORTEST_FINGERPRINT_KEY} characters or more`)
  }
  const secret = own ?? (token?.reveal() ? token : null)
  if (secret === null && role === 'worker') {
    report(
      'REAGENT_FINGERPRINT_KEY',
      'is required for a worker without RANCHER_TOKEN: any secret text, the same for all workers',
    )
  }
  return secret
}
