import type { Fault } from '../contract.ts'
import { reportUnhealthy, unhealthySymptom } from '../health.ts'

export const apiServerDown: Fault = {
  name: 'api-server-down',
  title: "the cluster's API server is down; its agents run on",
  causes: ['api-server-unreachable'],
  reapplyHelps: false,
  async play(stage) {
    const { cluster } = stage
    await cluster.gate.goDown()
    const host = new URL(cluster.server).host
    reportUnhealthy(stage, `dial tcp ${host}: connect: connection refused`)
  },
  symptom: (stage) => unhealthySymptom(stage, /connect: connection refused/),
}

export const apiServerHangs: Fault = {
  name: 'api-server-hangs',
  title: "the cluster's API server takes connections and answers nothing",
  causes: ['api-server-unreachable'],
  reapplyHelps: false,
  async play(stage) {
    const { cluster } = stage
    cluster.gate.hang()
    reportUnhealthy(
      stage,
      'net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    )
  },
  symptom: (stage) => unhealthySymptom(stage, /Client\.Timeout exceeded/),
}

export const etcdSlow: Fault = {
  name: 'etcd-slow',
  title: "the cluster's etcd is slow: the API server answers late, or that etcd timed out",
  causes: ['etcd-slow', 'api-server-unreachable'],
  reapplyHelps: false,
  async play(stage, random) {
    const { cluster } = stage
    cluster.gate.slowEtcd({ delayMs: 200 + random.integer(600) })
    reportUnhealthy(stage, 'etcdserver: request timed out')
  },
  symptom: (stage) => unhealthySymptom(stage, /etcdserver: request timed out/),
}

export const healthy: Fault = {
  name: 'healthy',
  title: 'nothing is wrong',
  causes: ['nothing-wrong'],
  reapplyHelps: false,
  play: async () => undefined,
  symptom: () => ({ rancherState: 'active', handshake: /^ok$/ }),
}
