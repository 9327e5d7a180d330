import type { NodeObserved } from '../../cluster/index.ts'
import { isAmong, type RancherVersion } from '../../rancher/index.ts'
import { list, oneLine } from '../wording.ts'
import {
  DOCKERSHIM_REMOVED_IN,
  dockerSupport,
  type KubernetesRange,
  kubernetesSupport,
  withoutRke1,
} from './matrix.ts'

/** What is compared with the support matrix. */
export interface SupportQuestion {
  readonly rancher: RancherVersion
  /** As Rancher calls them; `''` where it does not say. */
  readonly driver: string
  readonly provider: string
  /** Of the API server, such as `v1.20.2`; null when it is not known. */
  readonly kubernetesVersion: string | null
  readonly nodes: readonly NodeObserved[]
}

export interface SupportVerdict {
  readonly about: 'kubernetes' | 'runtime' | 'operating-system'
  /** `unsupported`: outside of what this Rancher supports. `not-known`: the matrix says nothing about it, or it was not seen. */
  readonly kind: 'supported' | 'unsupported' | 'not-known'
  /** One sentence without a full stop. */
  readonly text: string
}

type Verdict = Omit<SupportVerdict, 'about'>

/** Compares versions and nodes with what the Rancher line supports. Pure. Nodes with the same finding share a verdict. */
export function judgeSupport(question: SupportQuestion): readonly SupportVerdict[] {
  const about = (what: SupportVerdict['about'], verdicts: readonly Verdict[]) =>
    verdicts.map((verdict): SupportVerdict => ({ about: what, ...verdict }))
  return [
    ...about('kubernetes', [...kubernetesVerdicts(question), ...rke1Verdicts(question)]),
    ...about('runtime', runtimeVerdicts(question)),
    ...about('operating-system', systemVerdicts(question)),
  ]
}

function kubernetesVerdicts({
  rancher,
  kubernetesVersion,
  nodes,
}: SupportQuestion): readonly Verdict[] {
  const range = kubernetesSupport.find((row) => isAmong(rancher, row.rancher))?.supports
  const server = minorOf(kubernetesVersion)
  if (!range) {
    return [{ kind: 'not-known', text: `which Kubernetes versions ${named(rancher)} supports` }]
  }
  if (server === null) return [{ kind: 'not-known', text: 'the Kubernetes version of the cluster' }]
  const supports = `${named(rancher)} supports ${rangeText(range)}`
  const judged = (version: string | null, minor: number): Verdict => ({
    kind: kindOf(minor, range),
    text: `Kubernetes ${oneLine(version ?? '').replace(/^v/, '')}; ${supports}`,
  })
  const kubelets = byVerdict(nodes, ({ kubeletVersion }) => {
    const minor = minorOf(kubeletVersion)
    return minor === null || minor === server ? null : judged(kubeletVersion, minor)
  })
  return [judged(kubernetesVersion, server), ...kubelets]
}

function kindOf(minor: number, { from, to, notVerified = [] }: KubernetesRange): Verdict['kind'] {
  if (notVerified.some((version) => minorOf(version) === minor)) return 'not-known'
  return minor >= (minorOf(from) ?? 0) && minor <= (minorOf(to) ?? 0) ? 'supported' : 'unsupported'
}

function rangeText({ from, to, notVerified = [] }: KubernetesRange): string {
  const doubt = notVerified.length > 0 ? `; ${list(notVerified)} not verified` : ''
  return `${from} to ${to}${doubt}`
}

function rke1Verdicts({ rancher, driver, provider }: SupportQuestion): readonly Verdict[] {
  const isRke1 = driver === 'rancherKubernetesEngine' || provider === 'rke'
  if (!isRke1 || !isAmong(rancher, withoutRke1)) return []
  const text = `the cluster was built by RKE1, which ${named(rancher)} does not manage any more (removed in 2.12, end of life 2025-07-31)`
  return [{ kind: 'unsupported', text }]
}

function runtimeVerdicts(question: SupportQuestion): readonly Verdict[] {
  return byVerdict(question.nodes, (node) => runtimeVerdict(node, question))
}

/** What a node runs on (`docker://18.9.1`), null for one that does not say. */
function runtimeVerdict({ runtime }: NodeObserved, question: SupportQuestion): Verdict | null {
  const [, name = '', version = ''] = /^([a-z-]+):\/\/(\S*)/.exec(oneLine(runtime)) ?? []
  if (name === '') return null
  const { driver, provider } = question
  if ([driver, provider].some((it) => it === 'k3s' || it === 'rke2')) {
    return name === 'containerd'
      ? { kind: 'supported', text: `containerd ${version}, which the distribution brings along` }
      : { kind: 'not-known', text: `${name} ${version}; K3s and RKE2 bring containerd along` }
  }
  if (name === 'docker') return dockerVerdict(dockerLine(version), question)
  return { kind: 'not-known', text: `${name} ${version}; the matrix speaks of docker only` }
}

function dockerVerdict(docker: string, question: SupportQuestion): Verdict {
  const { rancher, kubernetesVersion } = question
  const minor = minorOf(kubernetesVersion)
  const supports = dockerSupport.find(
    (row) =>
      isAmong(rancher, row.rancher) &&
      (row.kubernetes === undefined || minorOf(row.kubernetes) === minor),
  )?.supports
  if (supports === undefined) return dockerNotKnown(docker, rancher, minor)
  const isSupported = supports.some((one) => one === docker || one === docker.split('.')[0])
  if (isSupported) return { kind: 'supported', text: `docker ${docker}` }
  const newest = supports.at(-1) ?? ''
  const wanted = isLaterDocker(docker, newest) ? `up to ${newest}` : list(supports)
  return { kind: 'unsupported', text: `docker ${docker}; ${named(rancher)} supports ${wanted}` }
}

function dockerNotKnown(docker: string, rancher: RancherVersion, minor: number | null): Verdict {
  const why = isAmong(rancher, withoutRke1)
    ? `${named(rancher)} builds no clusters on docker any more`
    : `which versions ${named(rancher)} supports is not known`
  const isBeyondDockershim = minor !== null && minor >= (minorOf(DOCKERSHIM_REMOVED_IN) ?? 0)
  const shim = isBeyondDockershim
    ? `; Kubernetes from ${DOCKERSHIM_REMOVED_IN} on needs cri-dockerd for it`
    : ''
  return { kind: 'not-known', text: `docker ${docker}; ${why}${shim}` }
}

function systemVerdicts({ nodes }: SupportQuestion): readonly Verdict[] {
  return byVerdict(nodes, ({ osImage }) => {
    const system = oneLine(osImage)
    if (system === '') return null
    return { kind: 'not-known', text: `${system}; the matrix says nothing about operating systems` }
  })
}

/** One verdict for all nodes that have the same one, with their names in front. */
function byVerdict(
  nodes: readonly NodeObserved[],
  verdictOn: (node: NodeObserved) => Verdict | null,
): readonly Verdict[] {
  const judged = nodes.flatMap((node) => {
    const verdict = verdictOn(node)
    return verdict ? [{ name: oneLine(node.name), ...verdict }] : []
  })
  const groups = Map.groupBy(judged, ({ kind, text }) => `${kind} ${text}`).values()
  return [...groups].flatMap((group) => {
    const names = group.map(({ name }) => name)
    return group
      .slice(0, 1)
      .map(({ kind, text }): Verdict => ({ kind, text: `${whoRuns(names)} ${text}` }))
  })
}

const NAMED_NODES = 3

function whoRuns(names: readonly string[]): string {
  const [only] = names
  if (names.length === 1) return `node ${only} runs`
  const rest = names.length - NAMED_NODES
  const shown = names.slice(0, NAMED_NODES)
  return `nodes ${rest > 0 ? `${shown.join(', ')} and ${rest} more` : list(shown)} run`
}

function named(rancher: RancherVersion): string {
  return rancher.acquaintance === 'unnamed'
    ? `a Rancher that calls itself “${oneLine(rancher.text)}”`
    : `Rancher ${rancher.text.replace(/^v/, '')}`
}

/** `18.09` of `18.9.1`: Docker wrote the month with two digits from 17.03 to 20.10. */
function dockerLine(version: string): string {
  const [, major = '', minor = '0'] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? []
  if (major === '') return version
  const isByMonth = Number(major) >= 17 && Number(major) <= 20
  return `${major}.${isByMonth ? minor.padStart(2, '0') : minor}`
}

function isLaterDocker(line: string, other: string): boolean {
  const [major = 0, minor = 0] = line.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major > otherMajor || (major === otherMajor && minor > otherMinor)
}

/** `20` of `v1.20.2+rke2r1`; null for versions that cannot be read (an old server says `v0.0.0-master+$Format:%h$`). */
function minorOf(version: string | null): number | null {
  const minor = /^v?1\.(\d+)(?:\D|$)/.exec(version ?? '')?.[1]
  return minor === undefined ? null : Number(minor)
}
