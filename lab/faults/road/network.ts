import type { Fault } from '../contract.ts'
import { cutTunnels, restartAgents } from '../stage.ts'

export const dnsFails: Fault = {
  name: 'dns-fails',
  title: "the cluster's own name server does not know Rancher's name; everybody else does",
  causes: ['dns-fails'],
  reapplyHelps: false,
  async play(stage, random) {
    stage.cluster.changeRoad({ dns: random.pick(['no-such-host', 'timeout']) })
    await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /\/ping is not accessible \(Could not resolve host: rancher\.example\.com\)/,
    pod: /CrashLoopBackOff/,
  }),
}

export const dnsFailsWhileRunning: Fault = {
  name: 'dns-fails-while-running',
  title:
    'the same, met by agents that were running: they lost their tunnel and cannot resolve the name',
  causes: ['dns-fails'],
  reapplyHelps: false,
  async play(stage, random) {
    stage.cluster.changeRoad({ dns: random.pick(['no-such-host', 'timeout']) })
    cutTunnels(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /dial tcp: lookup rancher\.example\.com on 10\.43\.0\.10:53: /,
  }),
}

export const egressDropped: Fault = {
  name: 'egress-dropped',
  title: 'a firewall drops what leaves the cluster for Rancher',
  causes: ['egress-blocked'],
  reapplyHelps: false,
  async play(stage, random) {
    stage.cluster.blockEgress(true)
    if (random.chance(0.5)) await restartAgents(stage)
  },
  symptom: () => ({ rancherState: 'unavailable', agentLog: /timed out|i\/o timeout/ }),
}

export const egressRejected: Fault = {
  name: 'egress-rejected',
  title: 'a firewall refuses what leaves the cluster for Rancher',
  causes: ['egress-blocked'],
  reapplyHelps: false,
  async play(stage, random) {
    stage.cluster.changeRoad({ egress: 'rejected' })
    if (random.chance(0.5)) await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /Couldn't connect to server|connect: connection refused/,
  }),
}
