import {
  deleteAgents,
  revokeRegistrations,
  rotateCertificateAuthority,
  type World,
  type WorldCluster,
} from '../world/index.ts'
import type { ClusterAction, WorldAction } from './contract.ts'
import type { Happenings } from './happenings.ts'

/** What the levers have switched off. Everything else is read from the servers themselves. */
export interface Switches {
  isRancherDown: boolean
  isWorkerStarting: boolean
  /** Names of clusters. */
  readonly apiServersDown: Set<string>
}

/** The levers of the page: each breaks or mends the real servers of the lab, and says so. */
export function createLevers(world: World, switches: Switches, { note }: Happenings) {
  const { rancher } = world
  const onWorld: Readonly<Record<WorldAction, () => Promise<void>>> = {
    async 'rotate-ca'() {
      const isWorkerRunning = world.worker !== null
      switches.isWorkerStarting = isWorkerRunning
      await rotateCertificateAuthority(world).finally(() => {
        switches.isWorkerStarting = false
      })
      const trust = isWorkerRunning ? 'Reagent’s worker was restarted to trust it.' : ''
      note(`Rancher has a new certificate authority. ${trust}`.trim())
    },
    async 'rancher-down'() {
      await rancher.goDown()
      switches.isRancherDown = true
      note('Rancher went down.')
    },
    async 'rancher-back'() {
      await rancher.comeBack()
      switches.isRancherDown = false
      note('Rancher is up again.')
    },
    async 'kill-worker'() {
      await world.endWorker('SIGKILL')
      note('Reagent’s worker was killed (SIGKILL).')
    },
    async 'start-worker'() {
      if (world.worker !== null) return
      switches.isWorkerStarting = true
      await world.startWorker().finally(() => {
        switches.isWorkerStarting = false
      })
      note('Reagent’s worker runs again.')
    },
  }
  const onCluster: Readonly<Record<ClusterAction, (cluster: WorldCluster) => Promise<void>>> = {
    async 'revoke-token'({ id, name }) {
      revokeRegistrations({ rancher, clusterId: id })
      note(`The registration token of ${name} was deleted in Rancher.`)
    },
    async 'delete-agents'({ name, cluster }) {
      await deleteAgents({ cluster })
      note(`Both agents of ${name} were deleted.`)
    },
    async 'api-server-down'({ name, cluster }) {
      await cluster.gate.goDown()
      switches.apiServersDown.add(name)
      note(`The API server of ${name} went down.`)
    },
    async 'api-server-back'({ name, cluster }) {
      await cluster.gate.comeBack()
      switches.apiServersDown.delete(name)
      note(`The API server of ${name} is up again.`)
    },
  }

  let last: Promise<unknown> = Promise.resolve()
  const inTurn = (act: () => Promise<void>): Promise<void> => {
    const done = last.then(act)
    last = Promise.allSettled([done])
    return done
  }
  return {
    /** One at a time, in the order asked for; rejects when it could not be done. */
    pull: (action: WorldAction) => inTurn(onWorld[action]),
    pullOn: (action: ClusterAction, cluster: WorldCluster) =>
      inTurn(() => onCluster[action](cluster)),
  }
}

export type Levers = ReturnType<typeof createLevers>
