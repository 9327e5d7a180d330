import { timingSafeEqual } from 'node:crypto'
import { type KubernetesObject, recordsAt, textAt } from '../cluster/index.ts'
import { Secret } from '../observe/index.ts'
import { Failure } from '../recovery/index.ts'
import { containersOf, isWorkload, named } from './workload.ts'

/** What the agents of a manifest register with. */
export interface ManifestRegistration {
  readonly secretName: string
  readonly url: string
  readonly token: Secret
}

/** Finds the credentials secret and decodes it; fails with `manifest.unreadable` where there is not exactly one. */
export function registrationIn(objects: readonly KubernetesObject[]): ManifestRegistration {
  const secrets = objects.filter(
    ({ kind, metadata }) => kind === 'Secret' && metadata.name.startsWith('cattle-credentials-'),
  )
  const [secret] = secrets
  const url = decoded(secret, 'url')
  const token = decoded(secret, 'token')
  if (!secret || secrets.length > 1 || !url || !token) {
    const reason = 'it does not contain one credentials secret with url and token'
    throw new Failure('manifest.unreadable', { reason })
  }
  return { secretName: secret.metadata.name, url, token: new Secret(token) }
}

/**
 * Checks that the manifest makes agents of *this* cluster of *this* Rancher. Rancher answers 200 with a perfectly shaped
 * manifest for any token (fixture import-badtoken.yaml), and up to 2.5 with the address that it was asked at.
 *
 * Fails with `manifest.wrong-token` when its token is none of `registrations`, with `manifest.wrong-server` when the
 * secret's url or the CATTLE_SERVER of any workload is not `serverUrl` (slashes at the end do not count), and with
 * `manifest.unreadable` when a workload mounts other credentials than the manifest brings.
 */
export function checkRegistration(
  objects: readonly KubernetesObject[],
  expected: {
    readonly serverUrl: string
    readonly registrations: readonly { readonly token: Secret }[]
  },
): void {
  const found = registrationIn(objects)
  if (!expected.registrations.some(({ token }) => isEqual(token, found.token))) {
    throw new Failure('manifest.wrong-token')
  }
  const agents = objects.filter(
    (object) => isWorkload(object) && object.metadata.name !== 'kube-api-auth',
  )
  const servers = agents.flatMap((agent) =>
    containersOf(agent).map(
      (container) => textAt(named(recordsAt(container, 'env'), 'CATTLE_SERVER'), 'value') ?? '',
    ),
  )
  const serverUrl = withoutSlash(expected.serverUrl)
  const wrong = [found.url, ...servers].find((url) => withoutSlash(url) !== serverUrl)
  if (wrong !== undefined) {
    throw new Failure('manifest.wrong-server', {
      found: wrong === '' ? 'no server' : wrong.slice(0, 200),
      expected: serverUrl,
    })
  }
  for (const agent of agents) {
    const mounted = recordsAt(agent, 'spec', 'template', 'spec', 'volumes').map((volume) =>
      textAt(volume, 'secret', 'secretName'),
    )
    if (!mounted.includes(found.secretName)) {
      const reason = `${agent.kind} ${agent.metadata.name} does not mount ${found.secretName}`
      throw new Failure('manifest.unreadable', { reason })
    }
  }
}

/** An address as it is compared: without slashes at its end. */
export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

function isEqual(a: Secret, b: Secret): boolean {
  const [left, right] = [Buffer.from(a.reveal()), Buffer.from(b.reveal())]
  return left.length === right.length && timingSafeEqual(left, right)
}

function decoded(secret: KubernetesObject | undefined, key: string): string | null {
  const value = textAt(secret, 'data', key)
  return value === null ? null : Buffer.from(value, 'base64').toString('utf8').trim()
}
