import { createAuthority } from '../../certificates/index.ts'
import { startFront } from '../../rancher/index.ts'
import type { Fault } from '../contract.ts'
import { cutTunnels, RANCHER_HOST, restartAgents } from '../stage.ts'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000

export const tlsIntercepted: Fault = {
  name: 'tls-intercepted',
  title:
    'a proxy opens the TLS of everything that leaves the cluster, with an authority of its own',
  causes: ['tls-intercepted'],
  reapplyHelps: false,
  async play(stage, random) {
    const inspector = await startFront(stage.front.port)
    stage.closeLater(inspector.close)
    const now = new Date(Date.now() - 60_000)
    const authority = createAuthority({
      commonName: random.pick(['Zscaler Root CA', 'FortiGate CA', 'Example TLS Inspection']),
      organization: 'Example',
      now,
    })
    inspector.behave({
      certificate: authority.issue({
        commonName: RANCHER_HOST,
        dnsNames: [RANCHER_HOST],
        ipAddresses: [],
        now,
        validForMs: YEAR_MS,
      }),
    })
    stage.cluster.changeRoad({ interceptedAt: inspector.port })
    if (random.chance(0.5)) await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /x509: certificate signed by unknown authority/,
    handshake: /^ok$/,
  }),
}

export const clockSkew: Fault = {
  name: 'clock-skew',
  title:
    "the clocks of the cluster's nodes are years off, so that a valid certificate looks invalid",
  causes: ['clock-skew'],
  reapplyHelps: false,
  async play(stage, random) {
    const offsetMs = random.pick([-6 * YEAR_MS, -2 * YEAR_MS, 3 * YEAR_MS])
    const nodes = stage.cluster.nodes.map(({ name }) => [name, offsetMs] as const)
    stage.cluster.changeRoad({ clockOffsetMs: Object.fromEntries(nodes) })
    if (random.chance(0.5)) await restartAgents(stage)
    else cutTunnels(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /x509: certificate has expired or is not yet valid: current time/,
    serverLog: /remote error: tls: (bad|expired) certificate/,
    handshake: /^ok$/,
  }),
}
