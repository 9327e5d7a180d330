import { expect, it } from 'vitest'
import { until } from '../../../lab/world/index.ts'
import { describeInBrowser, type PageInBrowser, type Tab } from './support/page-in-browser.ts'
import { CANNOT_HELP, IS_BACK, NOTHING_WRONG, WAITS } from './support/words.ts'

describeInBrowser(
  'the levers of the page',
  { roles: 'split', otherClusters: ['staging'] },
  (opened) => {
    it('leave a world that nobody has touched as it is: nothing is wrong', async () => {
      const tab = await opened().openAs('oncall')
      await tab.type('/rancher reagent staging')
      await tab.card(NOTHING_WRONG).waitFor()
    })

    it('rotate Rancher’s CA: the card names both authorities, and the plan brings either cluster back', async () => {
      const { openAs, world } = opened()
      const tab = await openAs('oncall')
      await pull(tab, 'Rotate Rancher’s CA')
      await isLost(opened())
      await recover(tab, /authority|CA /)
      expect(world.rancher.clusterState(world.clusterId)).toBe('active')
      await tab.become('oncall')
      await recover(tab, /authority|CA /, 'staging')
    })

    it('delete the registration token: the card says that Rancher does not know it any more', async () => {
      const tab = await opened().openAs('oncall')
      await pull(tab, 'Delete the registration token', 'myk8s')
      await isLost(opened())
      await recover(tab, /token/)
    })

    it('delete the agents: the card says that they are gone, and they come back', async () => {
      const tab = await opened().openAs('oncall')
      await pull(tab, 'Delete the agents', 'myk8s')
      await tab.panel('myk8s').getByText('No agent runs.').waitFor()
      await isLost(opened())
      await recover(tab, /cattle-cluster-agent/)
      await tab.panel('myk8s').getByText('Agents (4)').waitFor()
    })

    it('take Rancher down: the card says that Rancher does not answer, and that nothing can be applied', async () => {
      const tab = await opened().openAs('oncall')
      await pull(tab, 'Take Rancher down')
      await tab.panel('myk8s').getByText('unknown').waitFor()
      expect(
        await tab.panel().getByRole('button', { name: 'Rotate Rancher’s CA' }).isDisabled(),
      ).toBe(true)
      await tab.type('/rancher reagent myk8s')
      await tab.newestCard('myk8s').filter({ hasText: CANNOT_HELP }).waitFor()
      await tab
        .newestCard('myk8s')
        .getByText(/Bring Rancher back first/)
        .first()
        .waitFor()
      await pull(tab, 'Bring Rancher back')
      await tab.panel('myk8s').getByText('active', { exact: true }).waitFor()
    })

    it('take the API server down: the card says that the cluster’s API server does not answer', async () => {
      const tab = await opened().openAs('oncall')
      await pull(tab, 'Take the API server down', 'myk8s')
      await tab.type('/rancher reagent myk8s')
      await tab
        .newestCard('myk8s')
        .filter({ hasText: /API server/ })
        .waitFor()
      await pull(tab, 'Bring the API server back', 'myk8s')
      await tab.panel().getByText('The API server of myk8s is up again.').waitFor()
    })

    it('kill the worker: the bot still takes what is asked, and it is done when the worker is back', async () => {
      const tab = await opened().openAs('oncall')
      await pull(tab, 'Kill the worker')
      await tab.panel().getByText('gone', { exact: true }).waitFor()
      await tab.type('/rancher diagnose staging')
      await tab.card('no worker has taken it yet').waitFor()
      await pull(tab, 'Start the worker')
      await tab.card(/staging is connected/).waitFor()
    })
  },
)

async function pull(tab: Tab, lever: string, cluster?: string): Promise<void> {
  const button = tab.panel(cluster).getByRole('button', { name: lever })
  await button.first().click()
}

/** Asks as whoever looks, approves as lead. */
async function recover(tab: Tab, cause: RegExp, cluster = 'myk8s'): Promise<void> {
  await tab.type(`/rancher reagent ${cluster}`)
  const card = tab.newestCard(cluster)
  await card.filter({ hasText: WAITS }).getByText(cause).first().waitFor()
  await tab.become('lead')
  await tab.press(card, 'Approve', 'Approve')
  await card.filter({ hasText: IS_BACK }).waitFor()
}

async function isLost({ world }: PageInBrowser): Promise<void> {
  await until(
    'Rancher to miss the agents',
    () => world.rancher.clusterState(world.clusterId) === 'unavailable',
  )
}
