/** Numbers in [0, 1), the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const STRANGE: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  1e300,
  true,
  [],
  {},
  [null],
  'Unknown',
  '\u202e<!channel> `rm` \u0000',
  '2026-13-45T99:99:99Z',
  'x'.repeat(5_000),
  '__proto__',
]

/**
 * What another version, a proxy or a fault may make of a JSON answer: fields missing, null, of another type, unknown ones beside them,
 * list items twice or strange; now and then text that is not JSON any more. The same numbers give the same text.
 */
export function mutated(text: string, random: () => number): string {
  if (random() < 0.04) return notJson(text, random)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return notJson(text, random)
  }
  const times = 1 + Math.floor(random() * 4)
  for (let count = 0; count < times; count += 1) value = mutatedOnce(value, random)
  return JSON.stringify(value)
}

function notJson(text: string, random: () => number): string {
  const forms = [
    text.slice(0, Math.floor(random() * text.length)),
    '',
    'null',
    '[]',
    '"text"',
    '<html><body>Sign in</body></html>',
    `${text}${text}`,
  ]
  return pick(forms, random) ?? ''
}

/** Changes one place, anywhere in the value. */
function mutatedOnce(value: unknown, random: () => number): unknown {
  const isContainer = typeof value === 'object' && value !== null
  if (!isContainer || random() < 0.08) return pick(STRANGE, random)
  if (Array.isArray(value)) return mutatedList(value, random)
  const entries = Object.entries(value)
  const chosen = pick(entries, random)
  if (!chosen || random() < 0.1) return { ...value, unknownField: { deep: [1, null, 'x'] } }
  const [name, content] = chosen
  if (random() < 0.25) return Object.fromEntries(entries.filter(([other]) => other !== name))
  return { ...value, [name]: mutatedOnce(content, random) }
}

function mutatedList(list: readonly unknown[], random: () => number): unknown {
  const chosen = Math.floor(random() * list.length)
  const item = list[chosen]
  switch (Math.floor(random() * 5)) {
    case 0:
      return list.filter((_, index) => index !== chosen)
    case 1:
      return [...list, item]
    case 2:
      return [...list, { type: 'Invented', status: 'Maybe', lastUpdateTime: 7, metadata: null }]
    case 3:
      return [pick(STRANGE, random), ...list]
    default:
      return list.map((one, index) => (index === chosen ? mutatedOnce(one, random) : one))
  }
}

export function pick<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)]
}
