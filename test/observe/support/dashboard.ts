import { readFileSync } from 'node:fs'

export interface Target {
  readonly expr: string
  readonly legendFormat: string
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly targets?: readonly Target[]
}

export interface Dashboard {
  readonly schemaVersion: number
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string }[]
  }
  readonly panels: readonly Panel[]
}

const FILE = new URL('../../../deploy/grafana-dashboard.json', import.meta.url)

export const dashboard: Dashboard = JSON.parse(readFileSync(FILE, 'utf8'))

/** Every expression of every panel, with the title of its panel. */
export function targetsOf({ panels }: Dashboard): readonly (Target & { readonly panel: string })[] {
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map((target) => ({ ...target, panel: title })),
  )
}
