import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { dump } from 'js-yaml'
import { asFailure, Failure } from '../../recovery/index.ts'
import { recordAt, textAt } from '../json.ts'
import { type Kubeconfig, kubeconfigFrom, readKubeconfig } from '../kubeconfig.ts'
import type { Credential, CredentialSource } from './contract.ts'
import { readThrough } from './read-local.ts'

type SecretSource = Extract<CredentialSource, { kind: 'secret' }>

/** `value` is what Rancher's own Secrets `NAME-kubeconfig` have, `kubeconfig` and `config` are what people write. */
const USUAL_KEYS = ['kubeconfig', 'value', 'config']

/** Where Kubernetes puts the service account of a pod. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** A kubeconfig in a Secret of the cluster that the worker runs in, or of the one that a kubeconfig leads to. */
export async function fromSecret(
  source: SecretSource,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<readonly Credential[]> {
  const secret = `${source.namespace}/${source.name}`
  const label = `secret ${secret}`
  const unreadable = (reason: string, cause?: unknown) =>
    new Failure('cluster.secret-unreadable', { secret, reason }, { cause })
  const found = await readSecret(source, timeoutMs, signal).catch((error: unknown) => {
    throw unreadable(asFailure(error).message.replace(/\.$/, ''), error)
  })
  if (found === null) throw unreadable('it does not exist')
  const data = recordAt(found, 'data')
  const keys = source.key === null ? USUAL_KEYS : [source.key]
  const key = keys.find((name) => textAt(data, name) !== null)
  if (key === undefined) throw unreadable(`it has no key ${keys.join(', ')}`)
  const text = Buffer.from(textAt(data, key) ?? '', 'base64').toString('utf8')
  return [{ label, kubeconfig: await kubeconfigFrom(text, { name: label, folder: null }) }]
}

async function readSecret(source: SecretSource, timeoutMs: number, signal: AbortSignal) {
  const { namespace, name } = source
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`
  const kubeconfig = await (source.kubeconfig === null
    ? inClusterKubeconfig()
    : readKubeconfig(source.kubeconfig))
  return readThrough(kubeconfig, timeoutMs)(path, signal)
}

async function inClusterKubeconfig(): Promise<Kubeconfig> {
  const isThere = await stat(join(SERVICE_ACCOUNT, 'token')).then(
    () => true,
    () => false,
  )
  if (!isThere) throw new Failure('cluster.not-in-a-cluster')
  const text = dump({
    clusters: [
      {
        name: 'own',
        // In the certificate of every API server, and resolved in every pod.
        cluster: { server: 'https://kubernetes.default.svc', 'certificate-authority': 'ca.crt' },
      },
    ],
    users: [{ name: 'own', user: { tokenFile: 'token' } }],
    contexts: [{ name: 'own', context: { cluster: 'own', user: 'own' } }],
    'current-context': 'own',
  })
  return kubeconfigFrom(text, { name: 'the pod’s service account', folder: SERVICE_ACCOUNT })
}
