import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AgentWorkload } from '../../src/cluster/index.ts'
import { findCauses, findNotes, type Observations } from '../../src/diagnosis/index.ts'
import type { CauseId } from '../../src/recovery/index.ts'
import {
  activeCluster,
  agents,
  CA,
  clusterAgent,
  event,
  node,
  nodeAgent,
  OTHER_CA,
  observations,
  pod,
  recorded,
  recordedLog,
  seen,
  settings,
  unseen,
  untrusted,
} from './builders.ts'

/** A world with some faults: what would be seen of it. */
interface Fault {
  readonly id: CauseId
  readonly heals: boolean
  readonly apply: (seenThings: Observations) => Observations
}

function changeAgent(
  seenThings: Observations,
  change: (agent: AgentWorkload) => AgentWorkload | null,
): Observations {
  if (!seenThings.agents.ok) return seenThings
  const { clusterAgent: agent } = seenThings.agents.value
  const changed = agent && change(agent)
  return { ...seenThings, agents: seen({ ...seenThings.agents.value, clusterAgent: changed }) }
}

const rancherAnswers = (code: Parameters<typeof unseen>[0]) => (it: Observations) => ({
  ...it,
  ping: unseen(code),
  record: unseen(code),
  settings: unseen(code),
  registrations: unseen(code),
})
/** Pinned is what the agents of these worlds pin, shown is what Rancher has now. */
const mismatch = [
  `ERROR: Configured cacerts checksum (${OTHER_CA}) does not match given --ca-checksum (${CA})`,
]
const prints = (name: string) => (it: Observations) =>
  changeAgent(it, (agent) => ({
    ...agent,
    pods: agent.pods.map((each) => ({ ...each, logLines: recordedLog(name) })),
  }))

// In the order in which they must be named. Applied from last to first, so that an agent's log is of the first step that fails.
const FAULTS: readonly Fault[] = [
  { id: 'rancher-unreachable', heals: false, apply: rancherAnswers('rancher.unreachable') },
  { id: 'rancher-failing', heals: false, apply: rancherAnswers('rancher.failing') },
  {
    id: 'api-server-unreachable',
    heals: false,
    apply: (it) => ({
      ...it,
      apiServer: unseen('cluster.unreachable'),
      agents: unseen('cluster.unreachable'),
    }),
  },
  { id: 'agents-missing', heals: true, apply: (it) => changeAgent(it, () => null) },
  {
    id: 'agents-scaled-to-zero',
    heals: true,
    apply: (it) =>
      changeAgent(it, (agent) => ({ ...agent, desiredPods: 0, readyPods: 0, pods: [] })),
  },
  {
    id: 'agent-image-unavailable',
    heals: false,
    apply: (it) =>
      changeAgent(it, (agent) => ({
        ...agent,
        readyPods: 0,
        pods: [pod({ ready: false, waitingReason: 'ImagePullBackOff', logLines: null })],
      })),
  },
  {
    id: 'credentials-missing',
    heals: true,
    apply: (it) =>
      changeAgent(it, (agent) => ({
        ...agent,
        readyPods: 0,
        credentials: { ...agent.credentials, exists: false, url: null, tokenFingerprint: null },
        pods: [pod({ ready: false, waitingReason: 'ContainerCreating', logLines: null })],
      })),
  },
  { id: 'dns-fails', heals: false, apply: prints('dns-no-such-host') },
  {
    id: 'rancher-certificate-untrusted',
    heals: false,
    apply: (it) => ({
      ...prints('lb-new-ca-setting-old')(it),
      certificateForAgents: seen(untrusted('unable to verify the first certificate')),
    }),
  },
  {
    id: 'ca-changed',
    heals: true,
    apply: (it) => ({
      ...changeAgent(it, (agent) => ({
        ...agent,
        pods: agent.pods.map((each) => ({ ...each, logLines: mismatch })),
      })),
      settings: seen(settings({ caChecksum: OTHER_CA })),
    }),
  },
  {
    id: 'token-revoked',
    heals: true,
    apply: (it) => ({
      ...prints('token-unknown')(it),
      registrations: seen(['fp:bbbbbbbbbbbb']),
    }),
  },
]

const someFaults = fc.subarray([...FAULTS], { minLength: 1 })

function worldWith(faults: readonly Fault[]): Observations {
  return faults.reduceRight((world, { apply }) => apply(world), observations())
}

describe('several faults at once', () => {
  it('names the one first without which the others cannot be dealt with', () => {
    fc.assert(
      fc.property(someFaults, (faults) => {
        const [cause] = findCauses(worldWith(faults))
        expect(cause.id).toBe(faults[0]?.id)
        expect(cause.reapplyHelps).toBe(faults[0]?.heals)
      }),
    )
  })

  it('never asks for a re-apply behind a cause that a re-apply does not heal', () => {
    fc.assert(
      fc.property(someFaults, (faults) => {
        const causes = findCauses(worldWith(faults))
        const blocked = causes.findIndex((it) => !it.reapplyHelps && it.confidence !== 'possible')
        const behind = blocked < 0 ? [] : causes.slice(blocked)
        expect(behind.filter(({ reapplyHelps }) => reapplyHelps)).toEqual([])
      }),
    )
  })

  it('names each cause once, possible ones last, each with evidence and something to do', () => {
    fc.assert(
      fc.property(someFaults, (faults) => {
        const causes = findCauses(worldWith(faults))
        expect(new Set(causes.map(({ id }) => id)).size).toBe(causes.length)
        const certainty = causes.map(({ confidence }) => (confidence === 'possible' ? 1 : 0))
        expect(certainty).toEqual(certainty.toSorted())
        for (const { summary, evidence, remedy } of causes) {
          expect(
            [summary, evidence.map(({ says }) => says).join(), remedy].every(
              (text) => text.length > 0,
            ),
          ).toBe(true)
        }
      }),
    )
  })

  it('plans nothing for a connected cluster, whatever a running agent has outlived', () => {
    const outlived = FAULTS.filter(({ id }) => id === 'ca-changed' || id === 'token-revoked')
    fc.assert(
      fc.property(fc.subarray(outlived), (faults) => {
        const world = worldWith(faults)
        const running = { ...world, record: seen(activeCluster()), agents: seen(agents()) }
        const causes = findCauses(running)
        expect(causes.map(({ id }) => id)).toEqual(['nothing-wrong'])
        expect(findNotes(running, causes)).toHaveLength(faults.length)
      }),
    )
  })
})

describe('texts for people', () => {
  const names = [
    'ca-checksum-mismatch',
    'cacerts-setting-empty',
    'connection-refused',
    'dns-no-such-host',
    'lb-502',
    'lb-503-connect',
    'lb-captive-cacerts',
    'lb-cert-expired',
    'lb-chain-incomplete',
    'lb-new-ca-setting-old',
    'no-checksum-private-ca',
    'token-unknown',
    'ok',
  ]

  it.each(names)('hold no token, no whole checksum and no line break (%s)', (name) => {
    const text = JSON.stringify([
      findCauses(recorded(name)),
      findCauses(recorded(name, { registrations: unseen('rancher.timed-out') })),
    ])
    expect(text).not.toMatch(/gdcllf4h2|z{20}|[0-9a-f]{64}|\\n/)
  })

  it('stay short and on one line whatever an agent, a node or a certificate is called', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000, unit: 'binary' }), (text) => {
        const logLines = [
          `ERROR: https://x/ping is not accessible (Could not resolve host: ${text})`,
        ]
        const world = observations({
          agents: seen(
            agents({
              clusterAgent: clusterAgent({
                pods: [pod({ logLines })],
                env: { CATTLE_SERVER: text },
              }),
              nodeAgent: nodeAgent({ env: { CATTLE_CA_CHECKSUM: text } }),
              nodes: [node({ name: text, runtime: `docker://18.9.0${text}` })],
              events: [event(text, text)],
            }),
          ),
        })
        const causes = findCauses(world)
        const lines = causes.flatMap(({ summary, evidence }) => [
          summary,
          ...evidence.map(({ says }) => says),
        ])
        for (const line of [...lines, ...findNotes(world, causes)]) {
          expect(line.length).toBeLessThan(700)
          expect(line).not.toMatch(/\p{Cc}/u)
        }
      }),
    )
  })
})
