import * as z from 'zod'
import type { CredentialSource } from '../cluster/index.ts'

const text = z.string().min(1)
const file = text.regex(/^[^{}]*(\{cluster\}[^{}]*)*$/, 'only {cluster} may stand in braces')

/** Refuses an object that has none or more than one of its keys. */
function isOne(value: object): boolean {
  return Object.values(value).filter((inner) => inner !== undefined).length === 1
}

const localCluster = z
  .strictObject({
    kubeconfig: text.optional(),
    command: z.tuple([text], text).optional(),
  })
  .refine(isOne, 'expected a kubeconfig of Rancher’s own cluster, or a command, and not both')

const source = z
  .strictObject({
    file: file.optional(),
    secret: z
      .strictObject({
        namespace: text,
        name: file,
        key: text.optional(),
        kubeconfig: text.optional(),
      })
      .optional(),
    'rke-state': localCluster.optional(),
    ace: z
      .strictObject({ file: file.optional(), generate: z.literal(true).optional() })
      .refine(isOne, 'expected a file, or generate: true, and not both')
      .optional(),
    rancher: z.strictObject({}).optional(),
  })
  .refine(isOne, 'expected one of file, secret, rke-state, ace or rancher')

/** Sources of credentials, in the order to try them. `rancher` alone is short for `{rancher: {}}`. */
export const credentialSources = z
  .array(z.preprocess((one) => (one === 'rancher' ? { rancher: {} } : one), source))
  .meta({ title: 'list of sources' })

type SourceInFile = z.output<typeof source>

/** A source for one cluster; `inFolder` makes paths absolute. Null: it needs the cluster's name, which is no name for a file. */
export function sourceFor(
  cluster: string,
  { file, secret, 'rke-state': rkeState, ace }: SourceInFile,
  inFolder: (path: string) => string,
): CredentialSource | null {
  const named = (value: string) => {
    if (!value.includes('{cluster}')) return value
    return isPlainName(cluster) ? value.replaceAll('{cluster}', cluster) : null
  }
  if (file !== undefined) {
    const path = named(file)
    return path === null ? null : { kind: 'file', path: inFolder(path) }
  }
  if (secret) {
    const { namespace, key = null, kubeconfig } = secret
    const name = named(secret.name)
    const path = kubeconfig === undefined ? null : inFolder(kubeconfig)
    return name === null ? null : { kind: 'secret', namespace, name, key, kubeconfig: path }
  }
  if (rkeState) {
    const { kubeconfig, command } = rkeState
    if (command) return { kind: 'rke-state', from: { kind: 'command', command } }
    const path = inFolder(kubeconfig ?? '')
    return { kind: 'rke-state', from: { kind: 'kubeconfig', path } }
  }
  if (ace) {
    const path = ace.file === undefined ? undefined : named(ace.file)
    if (path === null) return null
    return { kind: 'ace', path: path === undefined ? null : inFolder(path) }
  }
  return { kind: 'rancher' }
}

/** Names come from Rancher: one with a slash or two dots must not lead to another folder. */
function isPlainName(name: string): boolean {
  return /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(name) && !name.includes('..')
}
