export type Mood = 'good' | 'bad' | 'unclear'

/** A fact and how good it is; the words say it, the colour only repeats it. */
export function Fact({
  name,
  value,
  mood,
}: {
  readonly name: string
  readonly value: string
  readonly mood: Mood
}) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd class={mood}>{value}</dd>
    </div>
  )
}
