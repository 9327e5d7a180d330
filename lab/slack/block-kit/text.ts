import { z } from 'zod'

/** Text of `min` to `max` characters. Slack counts characters, not UTF-16 units. */
export function characters(max: number, min = 1) {
  return z.string().check(({ value, issues }) => {
    const count = [...value].length
    if (count > max) {
      issues.push({
        code: 'too_big',
        origin: 'string',
        maximum: max,
        inclusive: true,
        input: value,
      })
    }
    if (count < min) {
      issues.push({
        code: 'too_small',
        origin: 'string',
        minimum: min,
        inclusive: true,
        input: value,
      })
    }
  })
}

export function plainText(max: number) {
  return z.strictObject({
    type: z.literal('plain_text'),
    text: characters(max),
    emoji: z.boolean().optional(),
  })
}

export function mrkdwn(max: number) {
  return z.strictObject({
    type: z.literal('mrkdwn'),
    text: characters(max),
    verbatim: z.boolean().optional(),
  })
}

export function anyText(max: number) {
  return z.discriminatedUnion('type', [plainText(max), mrkdwn(max)])
}

/** A `block_id` or `action_id`. */
export const id = characters(255).optional()

export const confirm = z
  .strictObject({
    title: plainText(100),
    text: anyText(300),
    confirm: plainText(30),
    deny: plainText(30),
    style: z.enum(['primary', 'danger']).optional(),
  })
  .optional()
