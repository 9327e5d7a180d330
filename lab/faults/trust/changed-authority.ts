import { createAuthority } from '../../certificates/index.ts'
import type { Fault } from '../contract.ts'
import { RANCHER_HOST, restartAgents, rotateAuthority } from '../stage.ts'
import { isOlderThan } from '../version.ts'

const REFUSED = /remote error: tls: bad certificate/

/** The incident this project started from. */
export const caRotated: Fault = {
  name: 'ca-rotated',
  title:
    'Rancher comes back with a new certificate authority; the agents that run hold the old one',
  causes: ['ca-changed'],
  reapplyHelps: true,
  async play(stage) {
    rotateAuthority(stage)
    stage.workerCaPem = stage.rancher.caPem
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /x509: certificate signed by unknown authority/,
    serverLog: REFUSED,
    handshake: /^ok$/,
  }),
}

export const caRotatedAgentsRestarted: Fault = {
  name: 'ca-rotated-agents-restarted',
  title:
    'the same, and the agents have been restarted since: their start script finds another checksum',
  causes: ['ca-changed'],
  reapplyHelps: true,
  async play(stage) {
    rotateAuthority(stage)
    stage.workerCaPem = stage.rancher.caPem
    await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /Configured cacerts checksum \(\w+\) does not match given --ca-checksum/,
    pod: /CrashLoopBackOff/,
    handshake: /^ok$/,
  }),
}

export const privateCaRemoved: Fault = {
  name: 'private-ca-removed',
  title: 'Rancher moved to a certificate of a public authority and its setting cacerts was emptied',
  causes: ['private-ca-removed'],
  reapplyHelps: true,
  async play(stage) {
    const now = new Date()
    const publicAuthority = createAuthority({ commonName: 'R11', organization: 'Example', now })
    stage.front.behave({
      certificate: publicAuthority.issue({
        commonName: RANCHER_HOST,
        dnsNames: [RANCHER_HOST],
        ipAddresses: [],
        now,
        validForMs: 90 * 24 * 60 * 60 * 1000,
      }),
    })
    stage.rancher.setSetting('cacerts', '')
    stage.workerCaPem = publicAuthority.certPem
    await restartAgents(stage)
  },
  symptom: ({ rancherVersion }) => ({
    rancherState: 'unavailable',
    agentLog: isOlderThan(rancherVersion, 2, 2)
      ? /v3\/settings\/cacerts does not look like an x509 certificate/
      : /CATTLE_CA_CHECKSUM is set but there is no CA certificate configured/,
    pod: /CrashLoopBackOff/,
    handshake: /^ok$/,
  }),
}

export const workerDistrusts: Fault = {
  name: 'worker-holds-old-authority',
  title: 'the authority changed and Reagent itself still has the old one in RANCHER_CA_FILE',
  causes: ['rancher-certificate-untrusted', 'ca-changed'],
  reapplyHelps: false,
  async play(stage) {
    rotateAuthority(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /x509: certificate signed by unknown authority/,
    serverLog: REFUSED,
    handshake: /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED|CERT_SIGNATURE_FAILURE/,
  }),
}

export const balancerCertificateOfOtherAuthority: Fault = {
  name: 'balancer-certificate-of-other-authority',
  title: 'the load balancer got a certificate of another authority; cacerts still has the old one',
  causes: ['rancher-certificate-untrusted'],
  reapplyHelps: false,
  async play(stage) {
    const now = new Date()
    const authority = createAuthority({
      commonName: 'Example Root 2',
      organization: 'Example',
      now,
    })
    stage.front.behave({
      certificate: authority.issue({
        commonName: RANCHER_HOST,
        dnsNames: [RANCHER_HOST],
        ipAddresses: [],
        now,
        validForMs: 365 * 24 * 60 * 60 * 1000,
      }),
    })
    stage.workerCaPem = authority.certPem
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /x509: certificate signed by unknown authority/,
    handshake: /^ok$/,
  }),
}
