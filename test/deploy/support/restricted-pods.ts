import type { Workload } from './workloads.ts'

/** Kinds of volumes that the restricted standard allows. */
const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

/**
 * What keeps the pods of a Deployment from the Pod Security Standard "restricted"
 * (kubernetes.io/docs/concepts/security/pod-security-standards); empty when they keep to it.
 */
export function violations({ spec }: Workload): readonly string[] {
  const pod = spec.template.spec
  const [container] = pod.containers
  const context = { ...pod.securityContext, ...container.securityContext }
  const found: string[] = []
  const require = (isMet: boolean, what: string) => {
    if (!isMet) found.push(what)
  }
  for (const shared of ['hostNetwork', 'hostPID', 'hostIPC']) require(!pod[shared], shared)
  require(!('initContainers' in pod), 'initContainers are not looked at')
  for (const { name, ...source } of pod.volumes) {
    const kinds = Object.keys(source)
    require(kinds.every((kind) => VOLUMES.includes(kind)), `volume ${name}: ${kinds}`)
  }
  require(!context.privileged, 'privileged')
  require(context.allowPrivilegeEscalation === false, 'allowPrivilegeEscalation')
  require(context.runAsNonRoot === true && context.runAsUser !== 0, 'runs as root')
  require(same(context.capabilities, { drop: ['ALL'] }), 'capabilities')
  require(same(context.seccompProfile, { type: 'RuntimeDefault' }), 'seccompProfile')
  for (const option of ['procMount', 'seLinuxOptions', 'sysctls', 'windowsOptions']) {
    require(!(option in context), option)
  }
  return found
}

function same(value: unknown, other: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(other)
}
