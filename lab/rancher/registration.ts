import { type JsonObject, refill, toSeconds } from './recorded.ts'
import type { Templates } from './templates.ts'

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
  readonly templates: Templates
  /** The host that links and commands name. */
  readonly host: string
  /** Whether the manifest is fetched by token and cluster id. */
  readonly isImportedByCluster: boolean
  readonly caChecksum: string
  readonly agentImage: string
  readonly now: Date
}

const FIELDS_WITH_TOKEN = [
  'token',
  'command',
  'insecureCommand',
  'manifestUrl',
  'nodeCommand',
  'windowsNodeCommand',
  'insecureNodeCommand',
  'insecureWindowsNodeCommand',
]

/** One registration as the API shows it, with the commands empty while the token is. */
export function registrationRecord(
  registration: Registration,
  around: RegistrationSurroundings,
): JsonObject {
  const { templates } = around
  const recorded = templates.registrationOf(registration.name)
  const { clusterId, token } = registration
  const file = around.isImportedByCluster ? `${token}_${clusterId}.yaml` : `${token}.yaml`
  const record = refill(recorded.record, [
    [templates.host, around.host],
    [recorded.clusterId, clusterId],
    [recorded.name, registration.name],
    [recorded.file, file],
    [recorded.token, token],
    [recorded.caChecksum, around.caChecksum],
    ['rancher/rancher-agent:v2.1.5', around.agentImage],
  ])
  const isFilled = around.now >= registration.filledAt
  const fields = FIELDS_WITH_TOKEN.filter((field) => field in record)
  const emptied = Object.fromEntries(fields.map((field) => [field, '']))
  return {
    ...record,
    uuid: registration.uuid,
    created: toSeconds(registration.created),
    createdTS: Math.floor(registration.created.getTime() / 1000) * 1000,
    ...(isFilled ? {} : emptied),
  }
}
