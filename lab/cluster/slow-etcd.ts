import { setTimeout as wait } from 'node:timers/promises'
import { ApiError, statusAnswer } from './simulated/status.ts'
import type { ApiAnswer, ApiRequest } from './upstream.ts'

const HEALTH_PATH = /^\/(healthz|livez|readyz)\b/
/** Answered without etcd. */
const OWN_PATH = /^\/(version|apis?(\/[^/]+){0,2})(\?|$)/

/** What a Kubernetes API server answers while its etcd is too slow; null: what it always does, only late. */
export interface SlowEtcd {
  slowEtcd(how: { readonly delayMs: number } | null): void
  answer(request: ApiRequest): Promise<ApiAnswer | null>
}

export function createSlowEtcd(): SlowEtcd {
  let delayMs: number | null = null
  let requests = 0
  return {
    slowEtcd(how) {
      delayMs = how?.delayMs ?? null
    },
    async answer({ path, method }) {
      if (delayMs === null || OWN_PATH.test(path)) return null
      await wait(delayMs)
      if (HEALTH_PATH.test(path)) return unhealthy(path)
      requests += 1
      if (method === 'GET' && requests % 2 === 0) return null
      return statusAnswer(new ApiError(500, null, 'etcdserver: request timed out'))
    },
  }
}

function unhealthy(path: string): ApiAnswer {
  const [, name = 'healthz'] = HEALTH_PATH.exec(path) ?? []
  const checks = ['[+]ping ok', '[+]log ok', '[-]etcd failed: reason withheld']
  const hooks = [
    'start-kube-apiserver-admission-initializer',
    'rbac/bootstrap-roles',
    'crd-informer-synced',
  ]
  const more = hooks.map((hook) => `[+]poststarthook/${hook} ok`)
  const body = Buffer.from([...checks, ...more, `${name} check failed`, ''].join('\n'))
  return { status: 500, contentType: 'text/plain; charset=utf-8', body }
}
