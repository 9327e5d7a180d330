import { createAuthority } from '../../certificates/index.ts'
import { setAgentEnv } from '../agent-manifest.ts'
import type { Fault } from '../contract.ts'
import { cutTunnels, RANCHER_HOST, restartAgents, type Stage } from '../stage.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export const certificateExpired: Fault = {
  name: 'certificate-expired',
  title: "Rancher's certificate has expired",
  causes: ['certificate-expired'],
  reapplyHelps: false,
  async play(stage, random) {
    const days = 1 + random.integer(60)
    stage.rancher.presentCertificate({
      dnsNames: [RANCHER_HOST],
      ipAddresses: [],
      validFrom: new Date(Date.now() - (365 + days) * DAY_MS),
      validForMs: 365 * DAY_MS,
    })
    if (random.chance(0.5)) await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /x509: certificate has expired or is not yet valid: .* is after /,
    serverLog: /remote error: tls: (bad|expired) certificate/,
    handshake: /CERT_HAS_EXPIRED/,
  }),
}

export const certificateNotYetValid: Fault = {
  name: 'certificate-not-yet-valid',
  title: "Rancher's new certificate is valid from tomorrow on",
  causes: ['certificate-not-yet-valid'],
  reapplyHelps: false,
  async play(stage, random) {
    stage.rancher.presentCertificate({
      dnsNames: [RANCHER_HOST],
      ipAddresses: [],
      validFrom: new Date(Date.now() + (1 + random.integer(30)) * DAY_MS),
    })
    if (random.chance(0.5)) await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /x509: certificate has expired or is not yet valid: .* is before /,
    serverLog: /remote error: tls: bad certificate/,
    handshake: /CERT_NOT_YET_VALID/,
  }),
}

export const certificateNameMismatch: Fault = {
  name: 'certificate-name-mismatch',
  title: "the certificate is for other names than the one in Rancher's address",
  causes: ['certificate-name-mismatch'],
  reapplyHelps: false,
  async play(stage, random) {
    const name = random.pick(['ingress.local', 'rancher-old.example.com', 'lb-7.example.net'])
    stage.rancher.presentCertificate({ dnsNames: [name], ipAddresses: [] })
    if (random.chance(0.5)) await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /x509: certificate is valid for .*, not rancher\.example\.com/,
    serverLog: /remote error: tls: bad certificate/,
    handshake: /ERR_TLS_CERT_ALTNAME_INVALID/,
  }),
}

/** A company's authority: a root that everybody has, and the intermediate that signs servers. */
function companyAuthority() {
  const now = new Date(Date.now() - DAY_MS)
  const root = createAuthority({ commonName: 'Example Root CA', organization: 'Example', now })
  const issuing = root.issueAuthority({
    commonName: 'Example Issuing CA 3',
    organization: 'Example',
    now,
  })
  const leaf = issuing.issue({
    commonName: RANCHER_HOST,
    dnsNames: [RANCHER_HOST],
    ipAddresses: [],
    now,
    validForMs: 365 * DAY_MS,
  })
  return { root, issuing, leaf }
}

export const certificateChainIncomplete: Fault = {
  name: 'certificate-chain-incomplete',
  title: 'the load balancer serves the certificate without the intermediate that signed it',
  causes: ['certificate-chain-incomplete'],
  reapplyHelps: false,
  async play(stage) {
    const { root, issuing, leaf } = companyAuthority()
    await moveToCompanyAuthority(stage, root.certPem, {
      ...leaf,
      certPem: `${leaf.certPem}${issuing.certPem}`,
    })
    // Everything works; then the certificate is renewed, and somebody puts only the first file there.
    stage.front.behave({ certificate: leaf })
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /x509: certificate signed by unknown authority|Certificate chain is not complete/,
    handshake: /UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
  }),
}

async function moveToCompanyAuthority(
  stage: Stage,
  rootPem: string,
  certificate: { readonly certPem: string; readonly keyPem: string },
): Promise<void> {
  stage.rancher.setSetting('cacerts', rootPem.trimEnd())
  stage.front.behave({ certificate })
  stage.workerCaPem = rootPem
  // A checksum by hand is what experienced people do: nothing else of the agents changes.
  await setAgentEnv(stage.cluster, { CATTLE_CA_CHECKSUM: stage.rancher.caChecksum })
  cutTunnels(stage)
}
