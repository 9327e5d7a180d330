import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { rotateCertificateAuthority } from '../../../lab/world/index.ts'
import { describeInBrowser } from './support/page-in-browser.ts'
import { IS_BACK, WAITS } from './support/words.ts'

const FOLDER = fileURLToPath(new URL('../../../.screenshots/', import.meta.url))

const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  narrow: { colorScheme: 'light', viewport: { width: 375, height: 812 } },
} as const

describeInBrowser(
  'pictures of the page',
  { roles: 'split', otherClusters: ['staging'], before: rotateCertificateAuthority },
  (opened) => {
    it('are taken of a plan that waits and of a cluster that is back, light, dark and narrow', async () => {
      const { openAs } = opened()
      await mkdir(FOLDER, { recursive: true })
      const asker = await openAs('oncall')
      await asker.type('/rancher reagent myk8s')
      await asker.card(WAITS).waitFor()
      const pictures = await takeAll('plan', WAITS)
      await asker.become('lead')
      await asker.press(asker.card(WAITS), 'Approve', 'Approve')
      await asker.card(IS_BACK).waitFor()
      pictures.push(...(await takeAll('back', IS_BACK)))
      const sizes = await Promise.all(pictures.map((path) => stat(path)))
      // A page that draws nothing is a picture of a few kilobytes.
      expect(Math.min(...sizes.map(({ size }) => size))).toBeGreaterThan(20_000)

      async function takeAll(what: string, says: RegExp): Promise<string[]> {
        const paths: string[] = []
        for (const [look, options] of Object.entries(LOOKS)) {
          const tab = await openAs('lead', options)
          await tab.card(says).waitFor()
          const path = join(FOLDER, `${what}-${look}.png`)
          await tab.page.screenshot({ path })
          paths.push(path)
        }
        return paths
      }
    })
  },
)
