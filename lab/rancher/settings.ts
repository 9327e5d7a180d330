import type { Quirks } from '../rancher-quirks.ts'
import { type JsonObject, objectsIn, recordedObject, refill, textIn } from './recorded.ts'

/** Rancher's settings: the recorded ones, with values that can be changed. */
export interface Settings {
  value(name: string): string
  set(name: string, value: string): void
  /** All settings as the API shows them to a client that reached Rancher as `host`. */
  records(host: string): readonly JsonObject[]
}

/**
 * The settings of a version. Recorded are all of 2.1.5 and some of 2.12.0 (`setting-*.json`): later versions have the names of
 * 2.1.5 and those of `LATER`, in the form of 2.12.0.
 *
 * @param serverVersion what the setting `server-version` says
 */
export function createSettings(quirks: Quirks, serverVersion: string): Settings {
  const recorded = objectsIn(recordedObject('settings.json').data)
  const later: Readonly<Record<string, string>> = quirks.has('answersOfTwelve') ? LATER : {}
  const tlsMode = quirks.has('strictTlsByDefault') ? 'strict' : 'system-store'
  const defaults = new Map<string, string>([
    ...recorded.map(({ name, default: value }) => [textIn(name), textIn(value)] as const),
    ...Object.entries(later),
    ...(quirks.has('agentTlsMode') ? [['agent-tls-mode', tlsMode] as const] : []),
  ])
  const values = new Map<string, string>([
    ...defaults,
    ...recorded.map(({ name, value }) => [textIn(name), textIn(value)] as const),
    ...Object.entries(later),
    ['agent-image', `rancher/rancher-agent:v${quirks.version}`],
    ['server-version', serverVersion],
  ])
  const ofTwelve = recordedObject('setting-agent-tls-mode.json', 'rancher-v2.12.0')
  const records: readonly JsonObject[] = quirks.has('answersOfTwelve')
    ? [...defaults].map(([name, value]) => ({
        ...refill(ofTwelve, [
          ['127.0.0.1:18443', 'rancher.example.com'],
          ['agent-tls-mode', name],
        ]),
        default: value,
      }))
    : recorded
  return {
    value: (name) => values.get(name) ?? '',
    set(name, value) {
      if (!values.has(name)) throw new Error(`Rancher ${quirks.version} has no setting "${name}"`)
      values.set(name, value)
    },
    records: (host) =>
      records.map((setting) => {
        const value = values.get(textIn(setting.name)) ?? ''
        const record = refill(setting, [['rancher.example.com', host]])
        const customized = value !== setting.default
        const source = customized ? 'db' : 'default'
        return { ...record, value, customized, ...('source' in setting && { source }) }
      }),
  }
}

/** Settings that came after 2.1.5, with their defaults (`pkg/settings/setting.go`). */
const LATER = {
  'agent-rollout-timeout': '300s',
  'auth-image': 'rancher/kube-api-auth:v0.2.4',
  'cluster-agent-default-priority-class': '',
  'ingress-ip-domain': 'sslip.io',
  'internal-cacerts': '',
  'internal-server-url': '',
}
