import type { Admin } from '../admin.ts'
import type { ClusterTrouble, NodePressure } from '../contract.ts'
import { pressNode } from './pressure.ts'

/** What keeps pods from being created or started, as kubelets and controllers ask for it. */
export interface Trouble extends ClusterTrouble {
  /** Why the API server refuses new pods, null when it does not. */
  readonly podRefusal: string | null
  /** Why no sandbox can be made on that node. */
  sandboxFailureOn(node: string): string | null
  pressureOn(node: string): NodePressure | null
  /** Called after each change. */
  onChange(listener: () => void): void
  /** Awaited for nodes that came under pressure. */
  onPressure(listener: (nodes: readonly string[], pressure: NodePressure) => Promise<void>): void
}

export function createTrouble(admin: Admin): Trouble {
  let podRefusal: string | null = null
  const sandboxFailures = new Map<string, string>()
  const pressures = new Map<string, NodePressure>()
  const listeners: (() => void)[] = []
  const pressed: Parameters<Trouble['onPressure']>[0][] = []
  const changed = () => {
    for (const listener of listeners) listener()
  }
  return {
    get podRefusal() {
      return podRefusal
    },
    sandboxFailureOn: (node) => sandboxFailures.get(node) ?? null,
    pressureOn: (node) => pressures.get(node) ?? null,
    onChange: (listener) => void listeners.push(listener),
    onPressure: (listener) => void pressed.push(listener),
    refusePods(why) {
      podRefusal = why
      changed()
    },
    failSandboxes(nodes, why) {
      for (const node of nodes) {
        if (why === null) sandboxFailures.delete(node)
        else sandboxFailures.set(node, why)
      }
      changed()
    },
    async pressNodes(nodes, pressure) {
      for (const node of nodes) {
        pressures.set(node, pressure)
        await pressNode(admin, node, pressure)
      }
      for (const listener of pressed) await listener(nodes, pressure)
      changed()
    },
  }
}
