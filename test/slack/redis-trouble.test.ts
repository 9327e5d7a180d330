import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { MODES, openBot, PATIENCE_MS } from './support/bot.ts'
import { startRedis } from './support/redis.ts'
import { toPlan } from './support/steps.ts'

describe.each(MODES)('when Redis is gone (%s)', (mode) => {
  it('a command is answered in time: nothing was started, and what to do', async () => {
    const redis = await startRedis()
    const bot = await openBot({ mode, redis })
    await redis.stop()
    const said = await bot.slack.say('oncall', '/rancher reagent myk8s')
    expect(said.status).toBe(200)
    expect(said.ackMs).toBeLessThan(3_000)
    expect(said.message?.text).toContain('Redis did not take the request down')
    expect(said.message?.text).toContain('Nothing was started. Try again in a minute')
  })
})

describe('when Redis is gone', () => {
  it.each(['clusters', 'runs', 'cancel r-1'])(
    '/rancher %s is answered in time, too',
    async (typed) => {
      const redis = await startRedis()
      const bot = await openBot({ redis })
      await redis.stop()
      const said = await bot.slack.say('oncall', `/rancher ${typed}`)
      expect(said.ackMs).toBeLessThan(3_000)
      expect(said.message?.text).toContain('Redis did not take the request down')
    },
  )

  it('a button is answered in time, and decides nothing', async () => {
    const redis = await startRedis()
    const bot = await openBot({ redis })
    const run = await bot.ask()
    await bot.bring(run, ...toPlan())
    await bot.cardSaying('needs an approval')
    await redis.stop()
    const click = await bot.slack.click('lead', { actionId: 'approve' })
    expect(click.status).toBe(200)
    await bot.noteSaying('Redis did not take the request down', 'lead')
  })

  it('or hangs, a command is answered in time: it is not certain, and where to look', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    const bot = await openBot({ redis })
    redis.freeze()
    onTestFinished(() => redis.wake())
    const said = await bot.slack.say('oncall', '/rancher reagent myk8s')
    expect(said.status).toBe(200)
    expect(said.ackMs).toBeLessThan(3_000)
    expect(said.message?.text).toContain('not certain whether this was taken down')
    expect(said.message?.text).toContain('/rancher runs')

    redis.wake()
    await vi.waitFor(async () => {
      const next = await bot.slack.say('oncall', '/rancher reagent other')
      expect(next.message?.text).toContain('Taken: run')
    }, PATIENCE_MS)
  })
})
