import { expect, it } from 'vitest'
import type { AgentsObserved } from '../../src/cluster/index.ts'
import { diagnose } from '../../src/diagnosis/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { rancherVersionOf } from '../../src/rancher/index.ts'
import {
  addressView,
  agents,
  certificate,
  clusterAgent,
  lostCluster,
  nodeAgent,
  pod,
  RANCHER_URL,
  settings,
} from './builders.ts'

const JUST_STARTED = [
  'INFO: Environment: CATTLE_ADDRESS=',
  'INFO: Using resolv.conf: nameserver 10.43.0.10',
]
const NO_WAY = [
  ...JUST_STARTED,
  `ERROR: ${RANCHER_URL}/ping is not accessible (Failed to connect to rancher.example.com port 443: Connection timed out)`,
]
const REFUSED = [
  ...JUST_STARTED,
  `INFO: ${RANCHER_URL}/ping is accessible`,
  'time="2026-11-22T21:41:00Z" level=error msg="Failed to connect to proxy" error="websocket: bad handshake"',
]

/** Agents whose token Rancher does not have any more, as they are found by one look after the other. */
async function causeSeenIn(...logs: readonly (readonly string[])[]) {
  let looks = 0
  const observeAgents = async (): Promise<AgentsObserved> => {
    const logLines = logs[Math.min(looks, logs.length - 1)] ?? []
    looks += 1
    const pods = [pod({ logLines, ready: false, startedAt: null })]
    const revoked = {
      pods,
      credentials: {
        secretName: 'cattle-credentials-303a0bd',
        exists: true,
        url: RANCHER_URL,
        tokenFingerprint: 'fp:gone',
      },
    }
    return agents({ clusterAgent: clusterAgent(revoked), nodeAgent: nodeAgent(revoked) })
  }
  const server = 'https://192.0.2.10:6443'
  const { diagnosis } = await diagnose(
    {
      cluster: 'myk8s',
      rancher: {
        url: RANCHER_URL,
        ping: async () => undefined,
        version: async () => rancherVersionOf('v2.1.5'),
        findCluster: async () => lostCluster(),
        settings: async () => settings(),
        registrations: async (clusterId) => [
          { id: `${clusterId}:crt-1`, name: 'crt-1', clusterId, token: new Secret('another') },
        ],
        presentedCertificate: async () => certificate(),
        evidence: {
          installation: async () => ({ installUuid: '', agentTlsMode: '' }),
          allRegistrations: async () => [],
          nodeNames: async () => [],
          lookAt: async (url) => addressView({ url }),
        },
      },
      openCluster: async () => ({
        server,
        identity: async () => ({ uid: 'uid', server, caPem: null, version: 'v1.11.6' }),
        observeAgents,
      }),
      caPem: 'PEM',
      fingerprint: (value) => `fp:${typeof value === 'string' ? value : value.reveal()}`,
      clock: () => Date.now(),
      limits: { probeMs: 500, secondLookAfterMs: 1 },
    },
    new AbortController().signal,
  )
  return { looks, cause: diagnosis.causes[0] }
}

it('agents that have just started get a second look before a re-apply is called for', async () => {
  const { looks, cause } = await causeSeenIn(JUST_STARTED, NO_WAY)
  expect(looks).toBe(2)
  expect(cause).toMatchObject({ id: 'egress-blocked', reapplyHelps: false })
})

it('agents that say nothing in two looks are taken to get no answer', async () => {
  const { cause } = await causeSeenIn(JUST_STARTED)
  expect(cause).toMatchObject({ id: 'egress-blocked', confidence: 'likely', reapplyHelps: false })
})

it('agents that reach Rancher by then are healed by a new token', async () => {
  const { looks, cause } = await causeSeenIn(JUST_STARTED, REFUSED)
  expect(looks).toBe(2)
  expect(cause).toMatchObject({ id: 'token-revoked', reapplyHelps: true })
})

it('agents that have spoken are looked at once', async () => {
  const { looks, cause } = await causeSeenIn(REFUSED)
  expect(looks).toBe(1)
  expect(cause).toMatchObject({ id: 'token-revoked', reapplyHelps: true })
})
