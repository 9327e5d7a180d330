/** A version line, `2.1` of `2.1.5`. */
export interface VersionLine {
  readonly major: number
  readonly minor: number
}

// Which Docker versions a Rancher line supports on nodes: setting engine-supported-range and RKE's list at the last tag of the line
// (rancher/rancher pkg/settings/setting.go; rancher/rke docker/docker.go@v0.1.15 for Kubernetes 1.12).
const RANCHER_2_1 = ['1.11', '1.12', '1.13', '17.03']
const RANCHER_2_1_WITH_KUBERNETES_1_12 = [...RANCHER_2_1, '17.06', '17.09', '18.06']

/** The Rancher line that an agent image belongs to (`rancher/rancher-agent:v2.1.5`), null when its tag is not a version. */
export function rancherLineOf(agentImage: string): VersionLine | null {
  return lineIn(agentImage, /:v?(\d+)\.(\d+)\.\d+/)
}

/**
 * What to say about a node's container runtime (as Kubernetes reports it, `docker://18.9.0`), null when it is supported or when its
 * support is not known. Covers Rancher 2.1.
 */
export function runtimeWarning(
  node: string,
  runtime: string,
  rancher: VersionLine,
  kubernetesVersion: string | null,
): string | null {
  const docker = lineIn(runtime, /^docker:\/\/(\d+)\.(\d+)/)
  if (!docker || rancher.major !== 2 || rancher.minor !== 1) return null
  const kubernetes = lineIn(kubernetesVersion ?? '', /^v?(\d+)\.(\d+)/)
  const supported =
    kubernetes?.major === 1 && kubernetes.minor === 12
      ? RANCHER_2_1_WITH_KUBERNETES_1_12
      : RANCHER_2_1
  const isSupported = supported.some((version) => isLine(version, docker))
  if (isSupported) return null
  const version = runtime.replace('docker://', '')
  return `node ${node} runs docker ${version}; Rancher 2.1 supports up to ${supported.at(-1)}`
}

function isLine(version: string, { major, minor }: VersionLine): boolean {
  const [supportedMajor, supportedMinor] = version.split('.').map(Number)
  return supportedMajor === major && supportedMinor === minor
}

function lineIn(text: string, pattern: RegExp): VersionLine | null {
  const [, major, minor] = pattern.exec(text) ?? []
  return major && minor ? { major: Number(major), minor: Number(minor) } : null
}
