import { type JsonObject, recordedObject, refill, toSeconds } from './recorded.ts'

/** A cluster registration token of the lab's Rancher. */
export interface Registration {
  readonly clusterId: string
  readonly name: string
  readonly uuid: string
  readonly token: string
  readonly created: Date
  /** Until then the API shows an empty token. */
  readonly filledAt: Date
}

/** What the commands in a registration are made from. */
export interface RegistrationSurroundings {
  readonly host: string
  readonly caChecksum: string
  readonly agentImage: string
  readonly now: Date
}

const TEMPLATE = recordedObject('token-create.json')
const FIELDS_WITH_TOKEN = [
  'token',
  'command',
  'insecureCommand',
  'manifestUrl',
  'nodeCommand',
  'windowsNodeCommand',
]

/** One registration as the API shows it, with the commands empty while the token is. */
export function registrationRecord(
  registration: Registration,
  around: RegistrationSurroundings,
): JsonObject {
  const record = refill(TEMPLATE, [
    ['rancher.example.com', around.host],
    ['c-wrts8', registration.clusterId],
    ['crt-lczfz', registration.name],
    ['s7k9jglgjmf4v8hlpf7xt97cxpp4khthddt8wp2kxxlsngpbq8c6tm', registration.token],
    ['ad0eb7067ffa83f8a47fe0550929b9167dd275dfc374401ff664789c2697972a', around.caChecksum],
    ['rancher/rancher-agent:v2.1.5', around.agentImage],
  ])
  const isFilled = around.now >= registration.filledAt
  const emptied = Object.fromEntries(FIELDS_WITH_TOKEN.map((field) => [field, '']))
  return {
    ...record,
    uuid: registration.uuid,
    created: toSeconds(registration.created),
    createdTS: Math.floor(registration.created.getTime() / 1000) * 1000,
    ...(isFilled ? {} : emptied),
  }
}
