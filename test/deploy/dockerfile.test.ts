import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { validate } from 'dockerfile-utils'
import { describe, expect, it, onTestFinished } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { readStages, type Step } from './support/dockerfile.ts'
import { readText } from './support/repository.ts'

const text = readText('Dockerfile')
const stages = readStages(text)
const last = stages.at(-1)
const steps = (keyword: string): readonly Step[] =>
  last?.steps.filter((step) => step.keyword === keyword) ?? []

/** Variables of the image, as `NAME=value`. */
const environment = new Map(
  steps('ENV').flatMap((step) =>
    step.text.split(/\s+/).map((pair): [string, string] => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  ),
)

describe('the Dockerfile', () => {
  it('has nothing that a linter objects to', () => {
    expect(validate(text)).toEqual([])
    expect(validate('FROM node\nRUNN npm ci'), 'the linter objects to what is wrong').not.toEqual(
      [],
    )
  })

  it('builds and runs on the Node that everything is tested with', () => {
    expect(stages.map(({ image }) => image)).toEqual(
      stages.map(() => `node:${packageJson.devDependencies.node}-bookworm-slim`),
    )
  })

  it('sees of this repository only what it copies', () => {
    const rules = readText('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    const copied = stages
      .flatMap((stage) => stage.steps)
      .filter(({ keyword, flags }) => keyword === 'COPY' && flags.from === undefined)
      .flatMap((step) => step.text.split(/\s+/).slice(0, -1))
    expect(rules[0]).toBe('*')
    expect(new Set(rules.slice(1))).toEqual(new Set(copied.map((path) => `!${path}`)))
  })

  it('runs as a user with a number that is not root, and may write in its data directory', () => {
    expect(steps('USER').map((step) => step.text)).toEqual(['1000:1000'])
    expect(steps('VOLUME').map((step) => step.text)).toEqual([environment.get('REAGENT_DATA_DIR')])
    expect(steps('WORKDIR').at(-1)?.text).toBe(environment.get('REAGENT_DATA_DIR'))
  })

  it('starts reagent, and takes its commands as arguments', () => {
    expect(steps('ENTRYPOINT').map(({ strings }) => strings)).toEqual([['tini', '--', 'reagent']])
    expect(steps('CMD').map(({ strings }) => strings)).toEqual([['start']])
  })

  it('says what it is', () => {
    const labels = steps('LABEL')
      .flatMap((step) => [...step.text.matchAll(/org\.opencontainers\.image\.([a-z.]+)="/g)])
      .map(([, name]) => name)
    expect(labels).toEqual(['title', 'description', 'version', 'revision', 'base.name'])
    expect(steps('LABEL')[0]?.text).toContain(`description="${packageJson.description}"`)
    expect(steps('LABEL')[0]?.text).toContain(`base.name="docker.io/library/${last?.image}"`)
  })
})

describe('its health check', () => {
  it.each([
    ['is passed while Reagent says that it is well', 200, 0],
    ['is failed when Reagent says that it is not', 503, 1],
  ])('%s', async (_what, status, exitCode) => {
    const asked: (string | undefined)[] = []
    const server = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(status).end()
    }).listen(0, '0.0.0.0')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    expect(await checkHealth(`0.0.0.0:${port}`)).toBe(exitCode)
    expect(asked).toEqual(['/healthz'])
  })

  it('is failed when nobody answers', async () => {
    expect(await checkHealth('0.0.0.0:9')).toBe(1)
  })

  it('asks where the image lets Reagent answer', () => {
    const port = environment.get('REAGENT_OBSERVE_ADDRESS')?.split(':').at(-1)
    expect(steps('EXPOSE')[0]?.text.split(' ')).toContain(port)
  })
})

/** Runs the command of HEALTHCHECK as the container would, and gives its exit code. */
function checkHealth(observeAddress: string): Promise<number> {
  const [program, ...args] = steps('HEALTHCHECK')[0]?.strings ?? []
  expect(program).toBe('node')
  return new Promise((done) => {
    const env = { PATH: process.env.PATH, REAGENT_OBSERVE_ADDRESS: observeAddress }
    const child = execFile(process.execPath, args, { env }, () => done(child.exitCode ?? -1))
  })
}
