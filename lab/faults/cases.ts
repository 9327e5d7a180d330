import type { CauseId } from '../../src/recovery/index.ts'
import type { Distribution } from '../cluster/index.ts'
import type { Fault } from './contract.ts'
import { faults } from './faults.ts'
import { untilSymptom } from './look.ts'
import { type Noise, noises } from './noise.ts'
import { pairs } from './pairs.ts'
import { createRandom, type Random } from './random.ts'
import { type Stage, type StageOptions, startStage } from './stage.ts'
import { isOlderThan } from './version.ts'

/** One world with something wrong in it, and what a diagnosis must say. */
export interface Case {
  /** Such as `ca-rotated on 2.1.5 #17`. */
  readonly name: string
  readonly faults: readonly Fault[]
  /** First causes that are right; the diagnosis names one of them first. */
  readonly right: readonly CauseId[]
  readonly reapplyHelps: boolean
  readonly noises: readonly Noise[]
  readonly stage: StageOptions
  readonly seed: number
}

/** Those that were recorded, and so are played with every fault. */
const RECORDED_VERSIONS = ['2.1.5', '2.12.0'] as const

/** One patch of each line besides, for the spread. */
const OTHER_VERSIONS = [
  '2.2.13',
  '2.3.11',
  '2.4.18',
  '2.5.17',
  '2.6.14',
  '2.7.18',
  '2.8.6',
  '2.9.12',
  '2.10.9',
  '2.11.3',
  '2.13.1',
  '2.14.0',
] as const

/** What builds clusters that a Rancher of this version takes (reference §7: no RKE1 since 2.12; provisioning v2 since 2.6). */
function distributionsOf(version: string): readonly [Distribution, ...Distribution[]] {
  if (isOlderThan(version, 2, 6)) return ['imported', 'rke1', 'hosted']
  if (isOlderThan(version, 2, 12)) return ['imported', 'rke1', 'rke2', 'k3s', 'hosted']
  return ['imported', 'rke2', 'k3s', 'hosted']
}

const CLUSTER_NAMES = ['myk8s', 'prod-eu', 'edge', 'k8s-7', 'payments'] as const
const NODE_NAMES: readonly [readonly string[], ...(readonly string[])[]] = [
  ['w1', 'w2', 'w3'],
  ['ip-10-0-1-17', 'ip-10-0-2-4'],
  ['kube01'],
]

interface Played {
  readonly faults: readonly [Fault, ...Fault[]]
  readonly isEither: boolean
  readonly version: string
}

/**
 * Cases that depend only on the seed: every fault on each recorded version, every fault once more on another version, and pairs of
 * faults; all but some of them on clusters of other names and sizes, with noise. `count`: so many of them, spread over all.
 */
export function createCases(seed: number, count?: number): readonly Case[] {
  const random = createRandom(seed)
  const single = (fault: Fault, version: string): Played => ({
    faults: [fault],
    isEither: false,
    version,
  })
  const cases = [
    ...RECORDED_VERSIONS.flatMap((version) => faults.map((fault) => single(fault, version))),
    ...faults.map((fault) => single(fault, random.pick(OTHER_VERSIONS))),
    ...pairs.map(
      ([first, second, order]): Played => ({
        faults: [named(first), named(second)],
        isEither: order === 'either',
        version: random.pick(RECORDED_VERSIONS),
      }),
    ),
  ]
    .filter((played) => played.faults.every((fault) => fault.existsOn?.(played.version) !== false))
    .map((played, index) => createCase(played, seed * 10_000 + index))
  if (count === undefined || count >= cases.length) return cases
  return shuffled(cases, random).slice(0, count)
}

function createCase({ faults: found, isEither, version }: Played, seed: number): Case {
  const random = createRandom(seed)
  const [first] = found
  const counted = isEither ? found : [first]
  const isPlain = random.chance(0.2)
  const distribution = random.pick(distributionsOf(version))
  return {
    name: `${found.map(({ name }) => name).join(' + ')} on ${version}${isPlain ? '' : ` ${distribution}`} #${seed}`,
    faults: found,
    right: counted.flatMap(({ causes }) => causes),
    reapplyHelps: counted.some(({ reapplyHelps }) => reapplyHelps),
    noises: isPlain ? [] : shuffled(noises, random).slice(0, random.integer(3)),
    stage: {
      seed,
      rancherVersion: version,
      ...(!isPlain && {
        name: random.pick(CLUSTER_NAMES),
        ...(distribution === 'imported'
          ? { nodes: random.pick(NODE_NAMES).map((name) => ({ name })) }
          : { distribution }),
      }),
    },
    seed,
  }
}

/** Opens a stage and plays the case on it. Resolves when everything shows where it should; the caller closes the stage. */
export async function playCase(wanted: Case): Promise<Stage> {
  const random = createRandom(wanted.seed)
  const stage = await startStage(wanted.stage)
  try {
    for (const noise of wanted.noises) await noise.play(stage, random)
    // What stops agents comes last: they would not meet the other one any more.
    for (const fault of [...wanted.faults].reverse()) {
      await fault.play(stage, random)
      await untilSymptom(stage, fault)
    }
    return stage
  } catch (error) {
    await stage.close()
    throw error
  }
}

function named(name: string): Fault {
  const found = faults.find((fault) => fault.name === name)
  if (!found) throw new Error(`there is no fault "${name}"`)
  return found
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, at: random.integer(1_000_000_000) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
