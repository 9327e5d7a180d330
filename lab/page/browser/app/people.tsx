import type { ChannelView } from '../../contract.ts'

/** The side bar: the workspace, its channel, and who one can be. */
export function People({
  view: { people, channel },
  person,
  become,
}: {
  readonly view: ChannelView
  /** Who one is from now on; what that person sees comes a moment later. */
  readonly person: string
  readonly become: (person: string) => void
}) {
  return (
    <nav class="sidebar" aria-label="Workspace">
      <p class="workspace">Reagent’s lab</p>
      <section aria-labelledby="channels-title">
        <h2 id="channels-title">Channels</h2>
        <p class="channel-link" aria-current="page">
          # {channel}
        </p>
      </section>
      <fieldset class="people">
        <legend>You are</legend>
        {people.map(({ name, realName, may }) => (
          <label key={name} class="person" title={realName}>
            <input
              type="radio"
              name="person"
              value={name}
              checked={name === person}
              onChange={() => become(name)}
            />
            <span class={`face face-${name}`} aria-hidden="true">
              {name.slice(0, 1).toUpperCase()}
            </span>
            <span class="about">
              <span class="name">{name}</span>
              <span class="may">{may}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </nav>
  )
}
