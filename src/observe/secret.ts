import { inspect } from 'node:util'

/**
 * A credential that prints as `[secret]` wherever it is logged, stringified or inspected.
 * Only `reveal()` gives the value, so every place that uses it can be found.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toJSON(): string {
    return '[secret]'
  }

  toString(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
