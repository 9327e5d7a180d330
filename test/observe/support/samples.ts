/** One line of Prometheus' text format. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Every sample of a text that `/metrics` gave. Label values of Reagent hold neither quotes nor backslashes. */
export function samplesOf(text: string): readonly Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] =
        /^([a-z_0-9]+)(?:\{([^}]*)\})? (\S+)$/i.exec(line) ?? fail(line)
      const pairs = [...labels.matchAll(/([a-z_]+)="([^"]*)"/g)]
      return {
        name: name ?? fail(line),
        labels: Object.fromEntries(pairs.map(([, label = '', text = '']) => [label, text])),
        value: Number(value),
      }
    })
}

/** The sum of all samples of this name that carry these labels; undefined when there is none. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
  )
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
}

function fail(line: string): never {
  throw new Error(`no sample: ${line}`)
}
