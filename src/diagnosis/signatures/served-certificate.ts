import type { Observations } from '../observations.ts'
import { isRefusedByWorker } from './certificate-evidence.ts'
import { type Trouble, troubleWith } from './certificate-trouble.ts'
import { CHANGES_NOTHING, type Signature } from './signature.ts'

// The certificate at Rancher's address, as the agents and as the worker see it. One look tells which of its faults it is; a
// certificate can have one of them at a time for whoever refuses it.

export const clockSkew = signatureOf(
  'clock-skew',
  'clock',
  '`date -u` on the nodes, the worker and the Rancher server all agree',
  ({ reason }) => ({
    summary: reason,
    remedy: `Set the clock right (NTP, chrony); the agents connect by themselves afterwards. ${CHANGES_NOTHING}`,
  }),
)

export const certificateExpired = signatureOf(
  'certificate-expired',
  'expired',
  '`openssl s_client -connect HOST:443 | openssl x509 -noout -dates`, from a node, shows a certificate that is in date',
  ({ reason }) => ({
    summary: `Rancher’s certificate has expired: ${reason}`,
    remedy: `Renew Rancher’s certificate (Secret tls-rancher-ingress, cert-manager, or the load balancer’s); from the same authority, the agents then connect by themselves. ${CHANGES_NOTHING}`,
  }),
)

export const certificateNotYetValid = signatureOf(
  'certificate-not-yet-valid',
  'not-yet-valid',
  '`date -u` on the machine that made the certificate is wrong no more and a new certificate was made',
  ({ reason }) => ({
    summary: `Rancher’s certificate is not valid yet: ${reason}`,
    remedy: `Issue a certificate that is valid from now on, and set right the clock of the machine that made this one. ${CHANGES_NOTHING}`,
  }),
)

export const certificateNameMismatch = signatureOf(
  'certificate-name-mismatch',
  'name',
  'the certificate’s SAN holds the host of the agents’ CATTLE_SERVER',
  ({ reason }) => ({
    summary: `Rancher’s certificate is for another name: ${reason}`,
    remedy: `Give Rancher’s address a certificate whose SAN holds the name that the agents use, or set server-url to a name that it holds. ${CHANGES_NOTHING}`,
  }),
)

export const certificateChainIncomplete = signatureOf(
  'certificate-chain-incomplete',
  'incomplete',
  '`openssl s_client -showcerts` shows the intermediate certificate, behind the server’s own',
  ({ reason }) => ({
    summary: `Rancher’s address does not serve its whole chain: ${reason}`,
    remedy: `Have it serve the server’s certificate first and all intermediate ones behind it (Secret tls-rancher-ingress, or the load balancer). ${CHANGES_NOTHING}`,
  }),
)

export const tlsIntercepted = signatureOf(
  'tls-intercepted',
  'intercepted',
  '`openssl s_client` from a node and from the worker shows the same certificate',
  ({ reason }) => ({
    summary: `something between the agents and Rancher breaks TLS open: ${reason}`,
    remedy: `Take Rancher’s address out of TLS inspection on the way from the cluster’s nodes (proxy, firewall). Do not trust that authority instead. ${CHANGES_NOTHING}`,
  }),
)

export const rancherCertificateUntrusted = signatureOf(
  'rancher-certificate-untrusted',
  'untrusted',
  'the setting cacerts holds the authority that signed what Rancher’s address serves',
  ({ reason }, observations) =>
    isRefusedByWorker(observations)
      ? {
          summary: `Rancher’s certificate does not verify from the worker: ${reason}`,
          remedy:
            'If Rancher’s authority was changed on purpose, put the new one into RANCHER_CA_FILE and run again. If not, find out who answers at this address before anything else. Nothing is applied until it verifies.',
        }
      : {
          summary: `the agents do not accept the certificate that Rancher’s address presents: ${reason}`,
          remedy: `Make Rancher’s address serve a certificate of the authority in the setting cacerts; or, if that authority is new, put it into cacerts and run again. ${CHANGES_NOTHING}`,
        },
)

function signatureOf(
  id: Signature['id'],
  fault: Trouble['fault'],
  disproof: string,
  words: (
    trouble: Trouble,
    observations: Observations,
  ) => { readonly summary: string; readonly remedy: string },
): Signature {
  return {
    id,
    disproof,
    recognise(observations) {
      const trouble = troubleWith(observations)
      if (trouble?.fault !== fault) return null
      const { confidence, evidence } = trouble
      return { confidence, evidence, reapplyHelps: false, ...words(trouble, observations) }
    },
  }
}
