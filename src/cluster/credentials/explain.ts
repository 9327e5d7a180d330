import { X509Certificate } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { Failure, type FailureCode } from '../../recovery/index.ts'
import type { ClusterRecord, Credential } from './contract.ts'
import { isRancherProxy } from './from-rancher.ts'

const NO_WAY_THERE: readonly FailureCode[] = [
  'cluster.unreachable',
  'cluster.timed-out',
  'cluster.certificate-untrusted',
  'cluster.unexpected-answer',
]

/** What stands in front of the cluster answered, or nobody: 503 or 500 of Rancher’s proxy without a tunnel is `cluster.failing`. */
const NO_ANSWER_OF_THE_CLUSTER: readonly FailureCode[] = [...NO_WAY_THERE, 'cluster.failing']

/**
 * Why a credential does not work, where the credential itself tells more than the failure of the attempt: a certificate out of its
 * dates, an address that leads nowhere from here. The attempt comes first: an odd address that works is fine.
 */
export function explained(
  failure: Failure,
  { label: source, kubeconfig }: Credential,
  record: ClusterRecord | null,
  now: Date,
): Failure {
  const { server, clientCertPem } = kubeconfig
  const because = (code: FailureCode, facts: Record<string, string>) =>
    new Failure(code, { source, ...facts }, { cause: failure })

  if (isRancherProxy(server) && NO_ANSWER_OF_THE_CLUSTER.includes(failure.code)) {
    const reason = `${failure.message.charAt(0).toLowerCase()}${failure.message.slice(1, -1)}`
    return because('cluster.only-through-rancher', { reason })
  }
  if (failure.code === 'cluster.unauthorized' && clientCertPem !== null) {
    const { validFrom, validTo } = datesOf(clientCertPem)
    if (validTo < now) return because('cluster.credential-expired', { end: dayOf(validTo) })
    if (validFrom > now) {
      return because('cluster.credential-not-yet-valid', { start: dayOf(validFrom) })
    }
  }
  if (!NO_WAY_THERE.includes(failure.code)) return failure
  const host = hostOf(server)
  const known = record?.apiEndpoint && URL.canParse(record.apiEndpoint) ? record.apiEndpoint : null
  // Where Rancher itself knows the cluster by such an address, it is not the address that is wrong.
  if (known !== null && hostOf(known) === host && isLoopback(host)) return failure
  if (isLoopback(host)) {
    const isUsable = known !== null && !isInside(hostOf(known)) && !isLoopback(hostOf(known))
    const instead = isUsable ? known : `the address of a control-plane node, port ${portOf(server)}`
    return because('cluster.loopback-address', { server, instead })
  }
  if (isInside(host)) return because('cluster.inside-address', { server })
  return failure
}

function datesOf(pem: string): { readonly validFrom: Date; readonly validTo: Date } {
  try {
    const { validFromDate, validToDate } = new X509Certificate(pem)
    return { validFrom: validFromDate, validTo: validToDate }
  } catch {
    return { validFrom: new Date(0), validTo: new Date(8.64e15) }
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

/** Names and usual ranges of Services: 10.43/16 of RKE, RKE2 and K3s, 10.96/12 of kubeadm. */
function isInside(host: string): boolean {
  if (/^kubernetes(\.default(\.svc.*)?)?$/.test(host) || host.endsWith('.svc')) return true
  if (!isIPv4(host)) return host.endsWith('.cluster.local')
  const [first, second = 0] = host.split('.').map(Number)
  return first === 10 && (second === 43 || (second >= 96 && second < 112))
}

function hostOf(address: string): string {
  return new URL(address).hostname.replace(/^\[|\]$/g, '')
}

function portOf(address: string): string {
  return new URL(address).port || '443'
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
