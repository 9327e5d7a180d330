import type { ClusterTrouble } from '../contract.ts'

/** What keeps pods from being created or started, as kubelets and controllers ask for it. */
export interface Trouble extends ClusterTrouble {
  /** Why the API server refuses new pods, null when it does not. */
  readonly podRefusal: string | null
  /** Why no sandbox can be made on that node. */
  sandboxFailureOn(node: string): string | null
  pressureOn(node: string): 'DiskPressure' | 'MemoryPressure' | null
}

/** `onChange` is called after each change; `onPressure` before it, with the nodes that came under pressure. */
export function createTrouble(
  onChange: () => void,
  onPressure: (
    nodes: readonly string[],
    pressure: 'DiskPressure' | 'MemoryPressure',
  ) => Promise<void>,
): Trouble {
  let podRefusal: string | null = null
  const sandboxFailures = new Map<string, string>()
  const pressures = new Map<string, 'DiskPressure' | 'MemoryPressure'>()
  return {
    get podRefusal() {
      return podRefusal
    },
    sandboxFailureOn: (node) => sandboxFailures.get(node) ?? null,
    pressureOn: (node) => pressures.get(node) ?? null,
    refusePods(why) {
      podRefusal = why
      onChange()
    },
    failSandboxes(nodes, why) {
      for (const node of nodes) {
        if (why === null) sandboxFailures.delete(node)
        else sandboxFailures.set(node, why)
      }
      onChange()
    },
    async pressNodes(nodes, pressure) {
      for (const node of nodes) {
        if (pressure === null) pressures.delete(node)
        else pressures.set(node, pressure)
      }
      if (pressure !== null) await onPressure(nodes, pressure)
      onChange()
    },
  }
}
