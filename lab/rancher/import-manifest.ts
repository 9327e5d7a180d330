import { createHash } from 'node:crypto'
import { dump } from 'js-yaml'
import { agentManifest, credentialsSecretName } from './agent-manifest.ts'
import type { ManifestSources } from './manifest-contract.ts'
import { recordedText } from './recorded.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** What agents compare: SHA-256 of the setting `cacerts` and the newline that ends it; `''` when it is empty. */
export function caChecksum(caCerts: string): string {
  if (caCerts === '') return ''
  const text = caCerts.endsWith('\n') ? caCerts : `${caCerts}\n`
  return createHash('sha256').update(text).digest('hex')
}

/** What a recorded manifest says of the server that it was recorded from. */
interface RecordedManifest {
  readonly folder: string
  readonly url: string
  readonly token: string
  readonly secretName: string
  readonly caChecksum: string
  readonly agentImage: string
  /** Besides: the values of variables, as the manifest writes them. */
  readonly variables: Readonly<Record<string, string>>
}

const RECORDED: Readonly<Record<string, RecordedManifest>> = {
  '2.1.5': {
    folder: 'rancher-v2.1.5',
    url: 'https://rancher.example.com',
    token: 'lp4rzlb6fq4nr24khrzjs5sd8tkhkvhr9h2rvpbwz4dnvtzqfvtwcs',
    secretName: 'cattle-credentials-303a0bd',
    caChecksum: 'ad0eb7067ffa83f8a47fe0550929b9167dd275dfc374401ff664789c2697972a',
    agentImage: 'rancher/rancher-agent:v2.1.5',
    variables: {},
  },
  '2.12.0': {
    folder: 'rancher-v2.12.0',
    url: 'https://127.0.0.1:18443',
    token: 'tnn4466jvjv6q2ssf6vkmq4spb8mlb6xlk4ct52j4mf5rlhfsvhmq9',
    secretName: 'cattle-credentials-bdeb28b396',
    caChecksum: 'd2b97dcba61c666b84a0253d8ccea388860873c593483f55f6d2b3d0a6302829',
    agentImage: 'rancher/rancher-agent:v2.12.0',
    variables: {
      CATTLE_SERVER_VERSION: 'dev',
      CATTLE_INSTALL_UUID: '13df771e-fdf2-4d35-8ce0-ae37164511d3',
      CATTLE_INGRESS_IP_DOMAIN: 'sslip.io',
      STRICT_VERIFY: '"true"',
    },
  },
}

/** The manifest that `/v3/import/…` gives, as text: the recorded one where that version was recorded, else made from its objects. */
export function importManifest(sources: ManifestSources): string {
  const recorded = RECORDED[sources.quirks.version]
  const isAsRecorded = sources.registryCredentials === null && !hasOwnVariables(sources, recorded)
  if (recorded && isAsRecorded) return refilled(recorded, sources)
  return agentManifest(sources)
    .map((object) => `\n---\n${dump(object, { lineWidth: -1, noRefs: true })}`)
    .join('')
}

function hasOwnVariables({ settings }: ManifestSources, recorded?: RecordedManifest): boolean {
  return settings.some(([name]) => recorded?.variables[name] === undefined)
}

function refilled(recorded: RecordedManifest, sources: ManifestSources): string {
  const variables = {
    ...Object.fromEntries(sources.settings),
    STRICT_VERIFY: JSON.stringify(String(sources.isTlsStrict)),
  }
  const replacements = [
    [recorded.secretName, credentialsSecretName(sources)],
    [base64(recorded.url), base64(sources.serverUrl)],
    [base64(recorded.token), base64(sources.token)],
    [recorded.url, sources.serverUrl],
    [recorded.caChecksum, sources.caChecksum],
    [recorded.agentImage, sources.agentImage],
    ...Object.entries(recorded.variables).map(([name, value]) => {
      const line = (text: string) => `- name: ${name}\n            value: ${text}\n`
      return [line(value), line(variables[name as keyof typeof variables] ?? value)] as const
    }),
  ] as const
  return replacements.reduce(
    (text, [from, to]) => text.replaceAll(from, () => to),
    recordedText('import.yaml', recorded.folder),
  )
}
