import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { World } from '../../../lab/world/index.ts'
import type { ComposeService } from './read-compose.ts'

/**
 * Writes what stands beside compose.yaml: `config/` for the lab's Rancher, cluster and Slack, and `secrets/` as
 * docs/deployment.md makes them. `redisAddress` is host and port.
 */
export async function writeComposeFolder(
  folder: string,
  { rancher, slack, cluster }: World,
  redisAddress: string,
  redisUsers: (password: string) => string,
): Promise<void> {
  const password = randomBytes(24).toString('hex')
  const keys = generateKeyPairSync('ed25519')
  const files = {
    'config/reagent.yaml': `rancher: { url: ${rancher.url}, caFile: ./rancher-ca.pem }
clusters: { myk8s: { kubeconfig: ./kubeconfig-myk8s.yaml } }
slack: { team: ${slack.teamId} }
policy: { request: [${slack.person('oncall').id}], approve: [${slack.person('lead').id}] }
proof: { stableFor: 1200ms, lookEvery: 200ms }
`,
    'config/rancher-ca.pem': rancher.caPem,
    'config/kubeconfig-myk8s.yaml': cluster.kubeconfig,
    'secrets/rancher-token': rancher.apiToken,
    'secrets/redis-url': `redis://reagent:${password}@${redisAddress}`,
    'secrets/redis-users': redisUsers(password),
    'secrets/signing-key.pem': String(keys.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    'secrets/verify-key.pem': String(keys.publicKey.export({ type: 'spki', format: 'pem' })),
    'secrets/slack-bot-token': slack.botToken,
    'secrets/slack-signing-secret': slack.signingSecret,
  }
  await mkdir(join(folder, 'config'))
  await mkdir(join(folder, 'secrets'), { mode: 0o700 })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
}

/** The variables of a service, with the files where they are on this machine. */
export function environmentOn(
  folder: string,
  service: ComposeService,
  secrets: Readonly<Record<string, { readonly file: string }>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service.environment).map(([name, value]) => {
      const file = secrets[value.replace('/run/secrets/', '')]?.file
      if (file === undefined) throw new Error(`there is no secret for ${name}`)
      return [name, join(folder, file)]
    }),
  )
}
