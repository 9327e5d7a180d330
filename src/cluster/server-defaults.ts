import { isRecord, type JsonRecord } from './json.ts'

/**
 * What an API server puts into a value that it did not have before, for what an agent manifest can add to an object that is there
 * (seen on 1.20, `pkg/apis/core/v1/defaults.go`): so that a comparison shows what will really be there. Below `path`, which ends
 * in the value's own field.
 */
export function withServerDefaults(value: unknown, path: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => withServerDefaults(item, `${path}[]`))
  }
  if (!isRecord(value)) return value
  const members = Object.entries(value).map(([name, member]) => {
    return [name, withServerDefaults(member, `${path}.${name}`)] as const
  })
  return { ...defaultsFor(value, path), ...Object.fromEntries(members) }
}

function defaultsFor(value: JsonRecord, path: string): JsonRecord {
  const place = /(?:^|\.)(\w+(?:\[\])?)$/.exec(path)?.[1]
  switch (place) {
    case 'subjects[]':
      return value.kind === 'ServiceAccount' ? {} : { apiGroup: 'rbac.authorization.k8s.io' }
    case 'ports[]':
      return {
        protocol: 'TCP',
        ...(value.containerPort === undefined && { targetPort: value.port }),
      }
    case 'containers[]':
    case 'initContainers[]':
      return {
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        imagePullPolicy: isLatest(value.image) ? 'Always' : 'IfNotPresent',
      }
    case 'livenessProbe':
    case 'readinessProbe':
      return { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }
    case 'httpGet':
      return { scheme: 'HTTP' }
    case 'fieldRef':
      return { apiVersion: 'v1' }
    case 'hostPath':
      return { type: '' }
    case 'secret':
    case 'configMap':
      return { defaultMode: 420 }
    default:
      return {}
  }
}

const LEFT_OUT = /(\]\.(value|readOnly)|\.spec\.(hostNetwork|hostPID|hostIPC|nodeName))$/

/** Whether the server stores nothing for this value: plain fields that hold nothing are the same as not being there. */
export function isLeftOut(value: unknown, path: string): boolean {
  return (value === '' || value === false) && LEFT_OUT.test(path)
}

function isLatest(image: unknown): boolean {
  return typeof image === 'string' && (!/:[^/]+$/.test(image) || image.endsWith(':latest'))
}
