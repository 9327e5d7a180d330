import { createAuthority } from '../../certificates/index.ts'
import { startCluster } from '../../cluster/index.ts'
import { until } from '../../world/index.ts'
import type { Fault } from '../contract.ts'
import { reportUnhealthy } from '../health.ts'

const TIME_SCALE = 0.02

export const duplicateRegistration: Fault = {
  name: 'duplicate-registration',
  title:
    'a second cluster was installed with the same registration: both are one cluster to Rancher',
  causes: ['duplicate-registration'],
  reapplyHelps: false,
  async play(stage, random) {
    const { rancher, clusterId, cluster } = stage
    const [session] = rancher.sessions(clusterId)
    const copy = await startCluster({
      name: `${cluster.name}-copy`,
      seed: 1 + random.integer(1_000_000),
      timeScale: TIME_SCALE,
      nodes: [{ name: 'copy-1' }],
    })
    stage.closeLater(copy.close)
    const before = rancher.sessions(clusterId).length
    const registration = { token: session?.token ?? '', clusterId }
    await copy.applyAsKubectl(await stage.manifestOf(registration))
    await until('the copy to connect', () => rancher.sessions(clusterId).length > before)
    rancher.knowNodes(clusterId, copy.nodes)
    // Rancher asks one of the two with what the other one told it.
    reportUnhealthy(stage, 'x509: certificate signed by unknown authority')
  },
  symptom: () => ({ rancherState: 'unavailable', condition: /x509/ }),
}

export const downstreamCaChanged: Fault = {
  name: 'downstream-ca-changed',
  title: "the cluster's own authority was rotated; Rancher still holds the old one",
  causes: ['downstream-ca-changed'],
  reapplyHelps: false,
  async play(stage) {
    const { rancher, clusterId } = stage
    const old = createAuthority({ commonName: 'kube-ca', now: new Date() })
    rancher.rememberApiServerCa(clusterId, old.certPem)
    reportUnhealthy(
      stage,
      'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "kube-ca")',
    )
  },
  symptom: () => ({
    rancherState: 'unavailable',
    condition: /x509: certificate signed by unknown authority .*"kube-ca"/,
  }),
}
