import { isAbsolute, resolve } from 'node:path'
import type { ClusterConfig } from './contract.ts'
import { sourceFor } from './credential-sources.ts'
import type { ConfigFile } from './file-schema.ts'
import type { Report } from './secrets.ts'

type ClusterInFile = ConfigFile['clusters'][string]

const REST: ClusterInFile = { timeout: 10_000 }

/** The clusters that are configured by name, and how any other one is reached. */
export function readClusters(
  file: ConfigFile,
  folder: string,
  report: Report,
): {
  readonly clusters: ReadonlyMap<string, ClusterConfig>
  readonly otherClusters: (name: string) => ClusterConfig | null
} {
  const inFolder = (path: string) => (isAbsolute(path) ? path : resolve(folder, path))

  function read(name: string, asked: ClusterInFile): ClusterConfig {
    const { kubeconfig, sources, timeout, uid } = asked
    const own = kubeconfig === undefined ? sources : [{ file: kubeconfig }]
    return {
      sources: (own ?? file.credentials).flatMap((one) => sourceFor(name, one, inFolder) ?? []),
      timeoutMs: timeout,
      uid: uid ?? null,
    }
  }

  function check(name: string, { kubeconfig, sources }: ClusterInFile, found: ClusterConfig) {
    const at = `clusters.${name}`
    const asked = kubeconfig === undefined ? (sources ?? file.credentials) : [kubeconfig]
    if (found.sources.length < asked.length) {
      report(`${at}.sources`, 'is required: {cluster} cannot stand for this name')
    } else if (kubeconfig !== undefined && sources !== undefined) {
      report(`${at}.sources`, 'stands beside kubeconfig; write that as a source {file: …}')
    } else if (found.sources.length === 0) {
      report(`${at}.kubeconfig`, 'is required where neither sources nor credentials name a source')
    }
  }

  const clusters = new Map(
    Object.entries(file.clusters).map(([name, asked]) => {
      const found = read(name, asked)
      check(name, asked, found)
      return [name, found] as const
    }),
  )
  return {
    clusters,
    otherClusters(name) {
      const found = read(name, REST)
      return found.sources.length > 0 ? found : null
    },
  }
}
