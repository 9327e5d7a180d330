import * as z from 'zod'

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A length of time as people write it (`500ms`, `60s`, `15m`, `24h`), read as milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'expected a number with a unit, such as 500ms, 60s, 15m or 24h')
  .transform((text) => {
    const [, amount, unit] = /^([\d.]+)([a-z]+)$/.exec(text) ?? []
    return Math.round(Number(amount) * (UNIT_MS[unit ?? 'ms'] ?? 1))
  })
  .meta({ title: 'length of time' })
