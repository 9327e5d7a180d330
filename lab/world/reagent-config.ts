import type { KeyPairKeyObjectResult } from 'node:crypto'
import { join } from 'node:path'
import { dump } from 'js-yaml'
import { dockerCommand } from '../local-cluster/index.ts'
import type { LabRancher } from '../rancher/index.ts'
import type { LabSlack } from '../slack/index.ts'
import type { RancherWayName, WorldCluster, WorldOptions } from './contract.ts'

/** The `reagent.yaml` of a world: `oncall` may request, `lead` may approve, windows are short. */
export function configFile(
  slack: LabSlack,
  clusters: readonly WorldCluster[],
  options: WorldOptions,
): string {
  const { rancherWays } = options
  return dump({
    clusters: Object.fromEntries(
      clusters.map(({ name }) => [
        name,
        { kubeconfig: `./${name}.kubeconfig.yaml`, timeout: '5s' },
      ]),
    ),
    rancher: { timeout: '5s', ...(rancherWays && { ways: rancherWays.map(wayInFile) }) },
    slack: { team: slack.teamId },
    policy: { request: [slack.person('oncall').id], approve: [slack.person('lead').id] },
    approval: {
      expiresIn: options.approvalExpiresIn ?? '15m',
      recheckEvery: options.recheckEvery ?? '60s',
    },
    proof: {
      stableFor: options.stableFor ?? '3s',
      giveUpAfter: options.giveUpAfter ?? '30s',
      lookEvery: '200ms',
    },
    diagnosis: { probeLimit: options.probeLimit ?? '4s' },
    queue: { lock: options.lock ?? '2s', sweepEvery: '2s' },
  })
}

/** Where the kubeconfig of Rancher's own cluster lies, in the folder of the world. */
export const LOCAL_KUBECONFIG = 'rancher-local.yaml'

function wayInFile(way: RancherWayName) {
  if (way === 'api') return 'api'
  if (way === 'kubeconfig') return { kubeconfig: `./${LOCAL_KUBECONFIG}` }
  return { container: dockerCommand('').command }
}

/** What each role is started with; no role gets the secrets of the other. */
export function environmentOf(parts: {
  readonly rancher: LabRancher
  readonly slack: LabSlack
  readonly keys: KeyPairKeyObjectResult
  readonly files: { readonly config: string; readonly ca: string }
  readonly folder: string
  readonly socket: string
  readonly rancherWays: readonly RancherWayName[]
}): Record<'all' | 'bot' | 'worker', Record<string, string>> {
  const { rancher, slack, keys, files, folder, rancherWays } = parts
  const inContainer = dockerCommand(join(folder, LOCAL_KUBECONFIG))
  const common = {
    REAGENT_CONFIG: files.config,
    REAGENT_DATA_DIR: join(folder, 'data'),
    REDIS_URL: `unix://${parts.socket}`,
    LOG_LEVEL: 'info',
    // Many worlds at once: each process takes a port of its own and says it in its line "ready".
    REAGENT_OBSERVE_ADDRESS: '127.0.0.1:0',
  }
  const bot = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    PORT: '0',
    REAGENT_SIGNING_KEY: String(keys.privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
  const worker = {
    RANCHER_URL: rancher.url,
    RANCHER_CA_FILE: files.ca,
    ...(rancherWays.includes('api')
      ? { RANCHER_TOKEN: rancher.apiToken }
      : { REAGENT_FINGERPRINT_KEY: 'a fingerprint key of the lab' }),
    ...(rancherWays.includes('container') && inContainer.environment),
  }
  const verifyKey = String(keys.publicKey.export({ type: 'spki', format: 'pem' }))
  return {
    all: { ...common, ...bot, ...worker },
    bot: { ...common, ...bot },
    worker: { ...common, ...worker, REAGENT_VERIFY_KEY: verifyKey },
  }
}
