import { useLayoutEffect, useRef } from 'preact/hooks'
import type { WorldView } from '../../contract.ts'
import { Fact } from './fact.tsx'
import { Lever } from './lever.tsx'
import { short } from './short.ts'

/** Rancher: whether it is there, which authority it presents, and its log as it comes. */
export function RancherPanel({ rancher }: { readonly rancher: WorldView['rancher'] }) {
  const isUp = rancher.state === 'up'
  return (
    <section aria-labelledby="rancher-title">
      <h3 id="rancher-title">Rancher 2.1.5</h3>
      <dl class="facts">
        <Fact name="Server" value={rancher.state} mood={isUp ? 'good' : 'bad'} />
        <Fact name="Certificate authority" value={short(rancher.caChecksum)} mood="good" />
      </dl>
      <div class="levers">
        <Lever label="Rotate Rancher’s CA" action="rotate-ca" isPossible={isUp} />
        {isUp ? (
          <Lever label="Take Rancher down" action="rancher-down" />
        ) : (
          <Lever label="Bring Rancher back" action="rancher-back" />
        )}
      </div>
      <h4 id="server-log">Server log</h4>
      <ServerLog lines={rancher.log} />
    </section>
  )
}

function ServerLog({ lines }: { readonly lines: WorldView['rancher']['log'] }) {
  const box = useRef<HTMLOListElement>(null)
  const isAtEnd = useRef(true)
  useLayoutEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight
  })
  return (
    <ol
      ref={box}
      class="log"
      aria-labelledby="server-log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 20
      }}
    >
      {lines.map(({ at, line }, index) => (
        <li key={`${at} ${index} ${line}`}>{line}</li>
      ))}
    </ol>
  )
}
