import { isObject, type JsonObject, objectAt, objectFor, objectsAt, textAt } from '../json.ts'
import type { Resource } from './catalog.ts'

/** Puts in what a real API server puts in (seen on 1.20.2), so that comparing with live objects shows no false differences. */
export function withDefaults(object: JsonObject, { kind, group }: Resource): JsonObject {
  const completed = structuredClone(object)
  if (group === 'extensions') defaultExtensions(completed, kind)
  switch (kind) {
    case 'Deployment':
      defaultDeployment(objectFor(completed, 'spec'))
      break
    case 'DaemonSet':
      defaultDaemonSet(completed)
      break
    case 'ReplicaSet':
      defaultTemplate(objectFor(completed, 'spec'))
      fill(objectFor(completed, 'spec'), { replicas: 1 })
      break
    case 'Pod':
      defaultPodSpec(objectFor(completed, 'spec'))
      fill(objectFor(completed, 'spec'), { enableServiceLinks: true })
      break
    case 'Secret':
      defaultSecret(completed)
      break
    case 'Service':
      defaultService(objectFor(completed, 'spec'))
      break
    case 'Namespace':
      fill(objectFor(completed, 'spec'), { finalizers: ['kubernetes'] })
      break
    case 'ClusterRoleBinding':
    case 'RoleBinding':
      fill(objectFor(completed, 'roleRef'), { apiGroup: group })
      for (const subject of objectsAt(completed, 'subjects')) {
        if (subject.kind !== 'ServiceAccount') fill(subject, { apiGroup: group })
      }
      break
  }
  return completed
}

/** `extensions/v1beta1` has defaults of its own (kubernetes pkg/apis/extensions/v1beta1/defaults.go of 1.10). */
function defaultExtensions(object: JsonObject, kind: string): void {
  if (!['Deployment', 'DaemonSet', 'ReplicaSet'].includes(kind)) return
  const spec = objectFor(object, 'spec')
  const labels = objectAt(spec, 'template', 'metadata', 'labels')
  fill(spec, { selector: { matchLabels: { ...labels } } })
  fill(objectFor(object, 'metadata'), { labels: { ...labels } })
  if (kind === 'DaemonSet') fill(objectFor(spec, 'updateStrategy'), { type: 'OnDelete' })
  if (kind !== 'Deployment') return
  fill(spec, { revisionHistoryLimit: MOST, progressDeadlineSeconds: MOST })
  const strategy = objectFor(spec, 'strategy')
  fill(strategy, { type: 'RollingUpdate' })
  if (strategy.type === 'RollingUpdate') {
    fill(objectFor(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 1 })
  }
}

const MOST = 2_147_483_647

function defaultDeployment(spec: JsonObject): void {
  defaultTemplate(spec)
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 })
  const strategy = objectFor(spec, 'strategy')
  fill(strategy, { type: 'RollingUpdate' })
  if (strategy.type === 'RollingUpdate') {
    fill(objectFor(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' })
  }
}

function defaultDaemonSet(daemonSet: JsonObject): void {
  const spec = objectFor(daemonSet, 'spec')
  defaultTemplate(spec)
  fill(spec, { revisionHistoryLimit: 10 })
  const strategy = objectFor(spec, 'updateStrategy')
  fill(strategy, { type: 'RollingUpdate' })
  if (strategy.type === 'RollingUpdate') {
    fill(objectFor(strategy, 'rollingUpdate'), { maxUnavailable: 1 })
  }
}

function defaultTemplate(spec: JsonObject): void {
  const template = objectFor(spec, 'template')
  fill(objectFor(template, 'metadata'), { creationTimestamp: null })
  defaultPodSpec(objectFor(template, 'spec'))
}

function defaultPodSpec(spec: JsonObject): void {
  for (const container of [
    ...objectsAt(spec, 'initContainers'),
    ...objectsAt(spec, 'containers'),
  ]) {
    defaultContainer(container, spec.hostNetwork === true)
  }
  for (const volume of objectsAt(spec, 'volumes')) defaultVolume(volume)
  if (Array.isArray(spec.tolerations) && spec.tolerations.length === 0) delete spec.tolerations
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  })
  const account = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount')
  if (account) fill(spec, { serviceAccountName: account, serviceAccount: account })
  if (spec.serviceAccount !== spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName
}

function defaultContainer(container: JsonObject, isHostNetwork: boolean): void {
  const image = textAt(container, 'image')
  const isLatest = !/:[^/]+$/.test(image) || image.endsWith(':latest')
  fill(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: isLatest ? 'Always' : 'IfNotPresent',
  })
  for (const name of ['livenessProbe', 'readinessProbe']) {
    const probe = container[name]
    if (!isObject(probe)) continue
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
    if (isObject(probe.httpGet)) fill(probe.httpGet, { scheme: 'HTTP' })
  }
  for (const port of objectsAt(container, 'ports')) {
    fill(port, { protocol: 'TCP', ...(isHostNetwork && { hostPort: port.containerPort }) })
  }
  for (const variable of objectsAt(container, 'env')) {
    const fieldRef = objectAt(variable, 'valueFrom').fieldRef
    if (isObject(fieldRef)) fill(fieldRef, { apiVersion: 'v1' })
    if (variable.value === '') delete variable.value
  }
}

function defaultVolume(volume: JsonObject): void {
  const { secret, configMap, hostPath } = volume
  if (isObject(secret)) fill(secret, { defaultMode: 420 })
  if (isObject(configMap)) fill(configMap, { defaultMode: 420 })
  if (isObject(hostPath)) fill(hostPath, { type: '' })
}

function defaultSecret(secret: JsonObject): void {
  fill(secret, { type: 'Opaque' })
  const { stringData } = secret
  if (!isObject(stringData)) return
  const data = objectFor(secret, 'data')
  for (const [key, value] of Object.entries(stringData)) {
    data[key] = Buffer.from(String(value)).toString('base64')
  }
  delete secret.stringData
}

function defaultService(spec: JsonObject): void {
  for (const port of objectsAt(spec, 'ports'))
    fill(port, { protocol: 'TCP', targetPort: port.port })
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None', clusterIP: '10.43.0.2' })
  fill(spec, { clusterIPs: [spec.clusterIP] })
}

function fill(object: JsonObject, defaults: JsonObject): void {
  for (const [field, value] of Object.entries(defaults)) {
    if (object[field] === undefined) object[field] = value
  }
}
