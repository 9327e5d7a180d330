import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { keptPlaces } from '../../src/cluster/index.ts'

const guide = readFileSync(new URL('../../docs/deployment.md', import.meta.url), 'utf8')
const flowing = guide.replace(/\s+/g, ' ')

describe('the deployment guide', () => {
  it.each(keptPlaces)('says what Rancher keeps about its clusters: $what', (place) => {
    if (place.unusable === null) {
      expect(flowing).toContain(`| ${place.what} | ${place.versions} | ${place.kinds} |`)
    } else {
      expect(flowing).toContain(`${place.what} (${place.unusable})`)
    }
  })
})
