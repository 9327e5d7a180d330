import { changeCredentials, recreateAgents } from '../agent-manifest.ts'
import type { Fault } from '../contract.ts'
import { resolveHere } from '../names.ts'
import { certificateFor, restartAgents } from '../stage.ts'

const NEW_HOST = 'rancher-new.example.com'

export const serverUrlChanged: Fault = {
  name: 'server-url-changed',
  title: 'Rancher moved to another host name; the agents still go to the old one, which is gone',
  causes: ['server-url-changed'],
  reapplyHelps: true,
  async play(stage, random) {
    stage.closeLater(resolveHere(NEW_HOST))
    const url = `https://${NEW_HOST}:${stage.front.port}`
    stage.rancher.setSetting('server-url', url)
    stage.rancher.presentCertificate(certificateFor(NEW_HOST))
    stage.workerUrl = url
    stage.cluster.changeRoad({ dns: 'no-such-host' })
    if (random.chance(0.5)) await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /Could not resolve host: rancher\.example\.com|lookup rancher\.example\.com on/,
  }),
}

/** Agents were told `https://localhost`: the first address that somebody opened Rancher's page with. */
export const serverUrlWrong: Fault = {
  name: 'server-url-loopback',
  title: 'server-url is an address that means something else inside the cluster, and agents got it',
  causes: ['server-url-wrong'],
  reapplyHelps: false,
  async play(stage, random) {
    const url = random.pick(['https://localhost:9', 'https://127.0.0.1:9'])
    stage.rancher.setSetting('server-url', url)
    await changeCredentials(stage.cluster, { url })
    await recreateAgents(stage.cluster, { CATTLE_SERVER: url })
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /\/ping is not accessible \(Failed to connect to (localhost|127\.0\.0\.1) port 9/,
    pod: /CrashLoopBackOff/,
  }),
}
