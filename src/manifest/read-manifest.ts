import { loadAll, YAMLException } from 'js-yaml'
import { isKubernetesObject, type KubernetesObject } from '../cluster/index.ts'
import type { RancherVersion } from '../rancher/index.ts'
import { Failure } from '../recovery/index.ts'
import { requireAllowed } from './allow-list.ts'

const MOST_BYTES = 1024 * 1024

/**
 * Reads what Rancher serves at its import address: YAML documents, of which empty ones are skipped. Fails with
 * `manifest.too-large` (default limit 1 MiB), `manifest.unreadable`, whose reason never quotes the text because it holds
 * a token, and `manifest.object-not-allowed` for anything that does not belong into an agent manifest of that version (default: of any).
 */
export function readManifest(
  text: string,
  {
    version,
    limitBytes = MOST_BYTES,
  }: { readonly version?: RancherVersion; readonly limitBytes?: number } = {},
): readonly KubernetesObject[] {
  if (Buffer.byteLength(text) > limitBytes) {
    throw new Failure('manifest.too-large', { limitBytes: String(limitBytes) })
  }
  const objects = documentsIn(text).map((document, index) => {
    if (!isKubernetesObject(document)) {
      throw unreadable(`document ${index + 1} is not a Kubernetes object`)
    }
    requireAllowed(document, version)
    return document
  })
  if (objects.length === 0) throw unreadable('it is empty')
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated) throw unreadable(`it contains ${repeated} twice`)
  return objects
}

function documentsIn(text: string): readonly unknown[] {
  try {
    return loadAll(text, { maxAliases: 0 }).filter((document) => document !== null)
  } catch (error) {
    // YAML's own message quotes the lines around the fault.
    const mark = error instanceof YAMLException ? error.mark : undefined
    throw unreadable(
      mark ? `no valid YAML at line ${mark.line + 1}, column ${mark.column + 1}` : 'no valid YAML',
    )
  }
}

function unreadable(reason: string): Failure {
  return new Failure('manifest.unreadable', { reason })
}
