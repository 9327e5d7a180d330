import { type JsonRecord, recordAt, recordsAt, textAt } from '../../cluster/index.ts'

/** What Rancher's API derives from a cluster's conditions; the custom resource does not hold it. */
export interface ClusterState {
  readonly state: string
  readonly transitioning: 'no' | 'yes' | 'error'
  readonly transitioningMessage: string
}

/** True: done. Unknown: under way. False: failed. */
const STEPS: Readonly<Record<string, string>> = {
  Active: 'activating',
  AddonDeploy: 'provisioning',
  AgentDeployed: 'provisioning',
  BackingNamespaceCreated: 'configuring',
  CertsGenerated: 'provisioning',
  CreatorMadeOwner: 'configuring',
  DefaultNetworkPolicyCreated: 'configuring',
  DefaultProjectCreated: 'configuring',
  etcd: 'provisioning',
  InitialRolesPopulated: 'activating',
  NodesCreated: 'provisioning',
  Pending: 'pending',
  Provisioned: 'provisioning',
  Removed: 'removing',
  Updated: 'updating',
  Updating: 'updating',
  Upgraded: 'upgrading',
  Waiting: 'waiting',
}

/** True: done. False: under way. Unknown: failed. */
const RESULTS: Readonly<Record<string, string>> = {
  Completed: 'activating',
  Ready: 'unavailable',
  Available: 'updating',
}

/**
 * The state of a cluster's custom resource, in the words of Rancher's API (rancher/norman `types/convert/../status`, later
 * rancher/wrangler `pkg/summary`, with the condition types that clusters have). A condition whose reason is `Error` is a failure
 * whatever its status (cluster-provisioning.json).
 */
export function clusterStateOf(resource: JsonRecord): ClusterState {
  const conditions = recordsAt(resource, 'status', 'conditions').map((condition) => ({
    type: textAt(condition, 'type') ?? '',
    status: textAt(condition, 'status') ?? '',
    message: textAt(condition, 'message') ?? '',
    isError: textAt(condition, 'reason') === 'Error',
  }))
  let state = ''
  let isUnderWay = false
  let hasFailed = conditions.some(({ isError }) => isError)
  const messages: string[] = []

  for (const { type, status, message } of conditions) {
    const step = STEPS[type]
    if (step === undefined) continue
    if (status === 'False') hasFailed = true
    else if (status === 'Unknown' && state === '') isUnderWay = true
    else continue
    state = step
    messages.push(message)
  }
  for (const { type, status, message } of conditions) {
    const result = RESULTS[type]
    if (state !== '' || result === undefined) continue
    if (status === 'False') isUnderWay = true
    else if (status === 'Unknown') hasFailed = true
    else continue
    state = result
    messages.push(message)
  }

  const isGoing = recordAt(resource, 'metadata').deletionTimestamp != null
  return {
    state: isGoing ? 'removing' : state || 'active',
    transitioning: isGoing ? 'yes' : hasFailed ? 'error' : isUnderWay ? 'yes' : 'no',
    transitioningMessage: messages.filter((message) => message !== '').join('; '),
  }
}
