import type { Gate, Refusal, Write, WritePredicate } from './contract.ts'
import type { Catalog } from './simulated/catalog.ts'
import { ApiError, statusAnswer } from './simulated/status.ts'
import type { ApiAnswer } from './upstream.ts'

type FaultSwitches = Pick<
  Gate,
  'hang' | 'answerWith' | 'refuseCredentials' | 'forbid' | 'refuseWrites' | 'dropAnswer'
>

/** The faults of a gate: the switches, and what they mean for one request. */
export interface GateFaults extends FaultSwitches {
  readonly isHanging: boolean
  readonly areCredentialsRefused: boolean
  forcedAnswer(): ApiAnswer | null
  forbidden(method: string, path: string): ApiAnswer | null
  refused(write: Write): ApiAnswer | null
  isAnswerDropped(write: Write): boolean
}

export function createGateFaults(catalog: Catalog, cutHanging: () => void): GateFaults {
  let isHanging = false
  let areCredentialsRefused = false
  let forced: Parameters<Gate['answerWith']>[0] = null
  let isForbidden: Parameters<Gate['forbid']>[0] = null
  let isDropped: WritePredicate | null = null
  let refuse: { readonly which: WritePredicate; readonly refusal: Refusal } | null = null

  return {
    get isHanging() {
      return isHanging
    },
    get areCredentialsRefused() {
      return areCredentialsRefused
    },
    hang(on = true) {
      isHanging = on
      if (!on) cutHanging()
    },
    answerWith(answer) {
      forced = answer
    },
    refuseCredentials(on = true) {
      areCredentialsRefused = on
    },
    forbid(which) {
      isForbidden = which
    },
    refuseWrites(which, refusal = {}) {
      if (which === null) {
        refuse = null
        return
      }
      let passed = 0
      const isMatch: WritePredicate =
        typeof which === 'function'
          ? which
          : (write) => {
              if (!write.dryRun) passed += 1
              return passed > which.after
            }
      refuse = { which: isMatch, refusal }
    },
    dropAnswer(which) {
      isDropped = which
    },
    forcedAnswer() {
      if (!forced) return null
      const contentType = forced.contentType ?? 'application/json'
      return { status: forced.status, contentType, body: Buffer.from(forced.body) }
    },
    forbidden: (method, path) =>
      isForbidden?.(method, path) ? rbacAnswer(catalog, method, path) : null,
    refused(write) {
      if (!refuse || (write.dryRun && refuse.refusal.dryRun !== true)) return null
      return refuse.which(write) ? webhookAnswer(refuse.refusal) : null
    },
    isAnswerDropped: (write) => isDropped?.(write) ?? false,
  }
}

/** How a denial looks on 1.20.2: without `details`, and with a reason only where the webhook gave one. */
function webhookAnswer(refusal: Refusal): ApiAnswer {
  const { webhook = 'policy.example.com', status = 403 } = refusal
  const why = refusal.message ?? 'not allowed by policy'
  const message = `admission webhook "${webhook}" denied the request: ${why}`
  return statusAnswer(new ApiError(status, status === 403 ? 'Forbidden' : null, message))
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/** 403 as RBAC gives it; the user is the one that the kubeconfig's credential names. */
export function rbacAnswer(
  catalog: Catalog,
  method: string,
  path: string,
  user = 'lab-admin',
): ApiAnswer {
  const { pathname } = new URL(path, 'https://cluster.invalid')
  const [, root, ...parts] = pathname.split('/').map(decodeURIComponent)
  const apiVersion = root === 'api' ? (parts[0] ?? '') : parts.slice(0, 2).join('/')
  const group = root === 'api' ? '' : (parts[0] ?? '')
  const rest = parts.slice(root === 'api' ? 1 : 2)
  const isInNamespace = rest[0] === 'namespaces' && rest.length > 2
  const [resource = '', name = ''] = isInNamespace ? rest.slice(2) : rest
  if (!catalog.find(apiVersion, resource)) {
    const verb = method.toLowerCase()
    const message = `forbidden: User "${user}" cannot ${verb} path "${pathname}"`
    return statusAnswer(new ApiError(403, 'Forbidden', message, {}))
  }
  const verb = VERBS[method] ?? (name === '' ? 'list' : 'get')
  const where = isInNamespace ? `in the namespace "${rest[1]}"` : 'at the cluster scope'
  const object = `${group === '' ? resource : `${resource}.${group}`}${name === '' ? '' : ` "${name}"`}`
  const message = `${object} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
  const details = { ...(name !== '' && { name }), ...(group && { group }), kind: resource }
  return statusAnswer(new ApiError(403, 'Forbidden', message, details))
}
