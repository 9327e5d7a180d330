import { type JsonObject, objectsIn, recordedObject, refill, textIn } from './recorded.ts'

/** Rancher's settings: the recorded ones, with values that can be changed. */
export interface Settings {
  value(name: string): string
  set(name: string, value: string): void
  /** All settings as the API shows them to a client that reached Rancher as `host`. */
  records(host: string): readonly JsonObject[]
}

export function createSettings(): Settings {
  const recorded = objectsIn(recordedObject('settings.json').data)
  const values = new Map(recorded.map(({ name, value }) => [textIn(name), textIn(value)]))
  return {
    value: (name) => values.get(name) ?? '',
    set(name, value) {
      if (!values.has(name)) throw new Error(`Rancher 2.1.5 has no setting "${name}"`)
      values.set(name, value)
    },
    records: (host) =>
      recorded.map((setting) => {
        const value = values.get(textIn(setting.name)) ?? ''
        const record = refill(setting, [['rancher.example.com', host]])
        return { ...record, value, customized: value !== setting.default }
      }),
  }
}
