import {
  CLUSTER_NAME,
  deleteAgents,
  revokeRegistrations,
  rotateCertificateAuthority,
  type World,
} from '../world/index.ts'
import type { WorldAction, WorldState } from './contract.ts'

const KEPT_HAPPENINGS = 6

/** What the page can see of the world behind Slack, and do to it. */
export interface WorldControls {
  state(): WorldState
  /** Does one thing at a time, in the order asked for; rejects when it could not be done. */
  perform(action: WorldAction): Promise<void>
  close(): void
}

export function createWorldControls(world: World, now: () => Date): WorldControls {
  const { rancher, cluster, clusterId } = world
  const happened: { at: string; text: string }[] = []
  const note = (text: string) => {
    happened.unshift({ at: now().toISOString(), text })
    happened.splice(KEPT_HAPPENINGS)
  }
  const noteState = (state: string) => note(`${CLUSTER_NAME} is ${state} in Rancher.`)
  noteState(rancher.clusterState(clusterId))
  let rancherState: 'up' | 'down' = 'up'
  let apiServerState: 'up' | 'down' = 'up'
  let last: Promise<unknown> = Promise.resolve()
  const unsubscribe = rancher.onClusterChange((change) => {
    if (change.clusterId === clusterId) noteState(change.state)
  })

  const actions: Readonly<Record<WorldAction, () => Promise<void>>> = {
    'rotate-ca': async () => {
      await rotateCertificateAuthority(world)
      note('Rancher has a new certificate authority. Reagent was restarted to trust it.')
    },
    'revoke-token': async () => {
      revokeRegistrations(world)
      note('The registration token was deleted in Rancher.')
    },
    'delete-agents': async () => {
      await deleteAgents(world)
      note('Both agents were deleted from the cluster.')
    },
    'rancher-down': async () => {
      await rancher.goDown()
      rancherState = 'down'
      note('Rancher went down.')
    },
    'rancher-back': async () => {
      await rancher.comeBack()
      rancherState = 'up'
      note('Rancher is up again.')
    },
    'api-server-down': async () => {
      await cluster.gate.goDown()
      apiServerState = 'down'
      note('The API server went down.')
    },
    'api-server-back': async () => {
      await cluster.gate.comeBack()
      apiServerState = 'up'
      note('The API server is up again.')
    },
  }

  return {
    state: () => ({
      rancher: rancherState,
      apiServer: apiServerState,
      cluster: rancherState === 'up' ? rancher.clusterState(clusterId) : 'unknown',
      agents: rancher.sessions(clusterId).length,
      happened: [...happened],
    }),
    perform(action) {
      const done = last.then(actions[action])
      last = Promise.allSettled([done])
      return done
    },
    close: unsubscribe,
  }
}
