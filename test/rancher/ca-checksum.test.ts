import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { caChecksumOf } from '../../src/rancher/index.ts'

const recorded = (name: string) =>
  readFileSync(new URL(`../../lab/fixtures/rancher-v2.1.5/${name}`, import.meta.url), 'utf8')

function recordedCaCerts(): string {
  const settings: { data: { name: string; value: string }[] } = JSON.parse(
    recorded('settings.json'),
  )
  return settings.data.find(({ name }) => name === 'cacerts')?.value ?? ''
}

it('computes the checksum that a real Rancher wrote into its manifest', () => {
  const checksum = caChecksumOf(recordedCaCerts())
  expect(checksum).toBe('ad0eb7067ffa83f8a47fe0550929b9167dd275dfc374401ff664789c2697972a')
  expect(recorded('import.yaml')).toContain(checksum)
})

it('counts the final newline once', () => {
  expect(caChecksumOf(`${recordedCaCerts()}\n`)).toBe(caChecksumOf(recordedCaCerts()))
  expect(caChecksumOf(`${recordedCaCerts()}\n\n`)).not.toBe(caChecksumOf(recordedCaCerts()))
})

it('is empty when Rancher uses a public authority', () => {
  expect(caChecksumOf('')).toBe('')
})
