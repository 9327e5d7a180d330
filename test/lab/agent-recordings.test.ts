import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { addClusters, connectAgents, until } from '../../lab/world/index.ts'
import { NAMESPACE, podsOf } from './agents.ts'

const APP = 'cattle-cluster-agent'
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name: APP }
const NO_SERVER = 'https://rancher.nowhere.invalid'

/** A Rancher and a cluster whose agent is connected, before something goes wrong. */
interface Scene {
  readonly rancher: LabRancher
  readonly cluster: LabCluster
  readonly id: string
  /** Changes variables of the agent as `kubectl set env` does; null takes one out. */
  setVariables(variables: Readonly<Record<string, string | null>>): Promise<void>
}

interface Case {
  readonly name: string
  readonly goWrong: (scene: Scene) => unknown
}

const presentAnotherCa = ({ rancher }: Scene) => rancher.rotateCa({ updateSetting: false })
const answer = (status: number, body: string, prefix?: string) => (scene: Scene) =>
  scene.rancher.answerEverythingWith({ status, body, contentType: 'text/plain' }, prefix)
const wrongChecksum = ({ setVariables }: Scene) =>
  setVariables({ CATTLE_CA_CHECKSUM: '3f9a'.padEnd(64, '0') })
const presentExpired = ({ rancher }: Scene) =>
  rancher.presentCertificate({ validFrom: new Date('2024-01-01'), validForMs: 86_400_000 })
const revoke = ({ rancher, id }: Scene) => rancher.revokeRegistrations(id, { disconnect: true })

const CASES_OF_ONE: readonly Case[] = [
  { name: 'ok', goWrong: () => undefined },
  { name: 'ca-checksum-mismatch', goWrong: wrongChecksum },
  {
    name: 'no-checksum-private-ca',
    goWrong: ({ setVariables }) => setVariables({ CATTLE_CA_CHECKSUM: null }),
  },
  { name: 'lb-new-ca-setting-old', goWrong: presentAnotherCa },
  { name: 'lb-cert-expired', goWrong: presentExpired },
  { name: 'token-unknown', goWrong: revoke },
  { name: 'lb-503-connect', goWrong: answer(503, 'no', '/v3/connect') },
  { name: 'connection-refused', goWrong: ({ rancher }) => rancher.goDown() },
  {
    name: 'dns-no-such-host',
    goWrong: ({ setVariables }) => setVariables({ CATTLE_SERVER: NO_SERVER }),
  },
  { name: 'lb-502', goWrong: answer(502, 'no') },
  {
    name: 'cacerts-setting-empty',
    goWrong: ({ rancher }) => rancher.setSetting('cacerts', ''),
  },
  { name: 'lb-captive-cacerts', goWrong: answer(200, '<html>Log in</html>', '/v3/settings') },
]

const CASES_OF_TWELVE: readonly Case[] = [
  { name: 'ok', goWrong: () => undefined },
  { name: 'checksum-mismatch', goWrong: wrongChecksum },
  { name: 'unknown-authority', goWrong: presentAnotherCa },
  { name: 'expired', goWrong: presentExpired },
  {
    name: 'name-mismatch',
    goWrong: ({ rancher }) => rancher.presentCertificate({ ipAddresses: [] }),
  },
  {
    name: 'system-store-unknown-authority',
    async goWrong(scene) {
      presentAnotherCa(scene)
      await scene.setVariables({ STRICT_VERIFY: 'false' })
    },
  },
  {
    name: 'no-ssl-cert-dir',
    goWrong: ({ setVariables }) =>
      setVariables({ SSL_CERT_DIR: '/etc/ssl/certs', CATTLE_FEATURES: null }),
  },
  { name: 'token-revoked', goWrong: revoke },
  { name: 'no-websocket', goWrong: answer(400, 'Bad Request', '/v3/connect') },
  { name: 'answers-503', goWrong: answer(503, 'no') },
  { name: 'answers-404', goWrong: answer(404, 'no') },
  { name: 'connection-refused', goWrong: ({ rancher }) => rancher.goDown() },
  { name: 'hangs', goWrong: ({ rancher }) => rancher.hang('/') },
]

/** Starts the agent anew after something went wrong, and gives what it and Rancher print from then on. */
async function play(version: string, { goWrong }: Case, judge: (scene: Scene) => Promise<void>) {
  const timeScale = 0.02
  const [rancher, cluster] = await Promise.all([
    startRancher({ version, timeScale }),
    startCluster({ timeScale }),
  ])
  const scene: Scene = {
    rancher,
    cluster,
    id: '',
    async setVariables(variables) {
      const env = Object.entries(variables).map(([name, value]) =>
        value === null ? { name, $patch: 'delete' } : { name, value },
      )
      const spec = { containers: [{ name: 'cluster-register', env }] }
      const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${APP}`
      const { status } = await cluster.api(
        'PATCH',
        path,
        { spec: { template: { spec } } },
        { 'content-type': 'application/strategic-merge-patch+json' },
      )
      expect(status).toBe(200)
    },
  }
  try {
    const [added] = addClusters(rancher, [cluster])
    if (!added) throw new Error('no cluster was added')
    await connectAgents(rancher, added)
    await cluster.scale(DEPLOYMENT, 0)
    await until('the agent to go', async () => (await podsOf(cluster, APP)).length === 0)
    await goWrong({ ...scene, id: added.id })
    await cluster.scale(DEPLOYMENT, 1)
    await judge({ ...scene, id: added.id })
  } finally {
    await cluster.close()
    await rancher.close()
  }
}

function recordingOf(version: string, name: string, of: 'agent' | 'server') {
  const path = `../fixtures/agent-logs/rancher-v${version}/${name}.${of}.txt`
  return readFileSync(new URL(path, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
}

/** Noise of the machines that recorded: two agents on one host, and an account whose secret was made that moment. */
const NOISE = /127\.0\.0\.1:6060: bind|EnsureSecretForServiceAccount/

/** What the recording's first start printed, up to the end of its second attempt to connect. */
function firstStart(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => line.startsWith('-- '))
  const run = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !NOISE.test(line))
  const attempts = run.flatMap((line, index) => (/Connecting to wss/.test(line) ? [index] : []))
  return run.slice(0, attempts[2] ?? run.length)
}

/** The line without what differs between any two installations: times, addresses, tokens, names and numbers of objects. */
function masked(line: string): string {
  if (line.startsWith('INFO: Environment:')) {
    return line.replaceAll(/=\S*/g, '')
  }
  return line
    .replaceAll(
      /(rancher\.(example\.com|nowhere\.invalid)|127\.0\.0\.1|192\.0\.2\.11)(:\d+)?/g,
      'HOST',
    )
    .replaceAll(/port \d+/g, 'port PORT')
    .replaceAll(/\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(Z| \+0000 UTC)?/g, 'TIME')
    .replaceAll(/[EI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+/g, 'KLOG')
    .replaceAll(/[0-9a-f]{64}/g, 'CHECKSUM')
    .replaceAll(/with token( starting with)? \S+"/g, 'with token$1 TOKEN"')
    .replaceAll(/v3\/connect\/register/g, 'v3/connect')
    .replace(/agent version \S+ is/, 'agent version VERSION is')
    .replaceAll(/\b(CN|O)=[^,)"\n]*(,(CN|O)=[^,)"]*)?/g, 'NAME')
    .replace(/(Signature|PublicKey)Algorithm: \S+"/, '$1Algorithm: ALGORITHM"')
    .replace(/\bc(-m)?-[a-z0-9]{5,8}\b/g, 'CLUSTER')
}

/** The first lines of the program come from goroutines of their own, in any order. */
function inOneOrder(lines: readonly string[]): readonly string[] {
  const isFirst = (line: string) =>
    /msg="(starting cattle-cred|Listening on \/tmp|Rancher agent version)/.test(line)
  const firsts = lines.filter(isFirst).sort()
  return lines.map((line) => (isFirst(line) ? (firsts.shift() ?? line) : line))
}

/** Waits until that is so; the assertion tells the difference if it never is. */
async function untilEqual(find: () => unknown, expected: unknown): Promise<void> {
  const isSo = async () => JSON.stringify(await find()) === JSON.stringify(expected)
  await until('the log', isSo, 10_000).catch(() => undefined)
  expect(await find()).toEqual(expected)
}

describe.each([
  { version: '2.1.5', cases: CASES_OF_ONE },
  { version: '2.12.0', cases: CASES_OF_TWELVE },
])('the agent of $version prints what was recorded', ({ version, cases }) => {
  test.concurrent.each(cases)('in the case $name', async (played) => {
    const expected = firstStart(recordingOf(version, played.name, 'agent')).map(masked)
    await play(version, played, async ({ cluster }) => {
      const printed = async () => {
        const [pod] = await podsOf(cluster, APP)
        const lines = cluster.podLog(pod?.metadata.name ?? '').slice(0, expected.length)
        return inOneOrder(lines.map(masked))
      }
      await untilEqual(printed, inOneOrder(expected))
    })
  })
})

describe('Rancher prints what was recorded', () => {
  test.concurrent.each([
    { version: '2.1.5', name: 'no-checksum-private-ca', cases: CASES_OF_ONE },
    { version: '2.1.5', name: 'token-unknown', cases: CASES_OF_ONE },
    { version: '2.12.0', name: 'no-ssl-cert-dir', cases: CASES_OF_TWELVE },
    { version: '2.12.0', name: 'token-revoked', cases: CASES_OF_TWELVE },
    { version: '2.12.0', name: 'hangs', cases: CASES_OF_TWELVE },
    { version: '2.12.0', name: 'no-websocket', cases: CASES_OF_TWELVE },
  ])('of $version in the case $name', async ({ version, name, cases }) => {
    const played = cases.find((found) => found.name === name)
    if (!played) throw new Error(`no case ${name}`)
    const expected = new Set(
      recordingOf(version, name, 'server')
        .map(masked)
        .filter((line) => !line.includes('Stopping cluster agent')),
    )
    await play(version, played, async ({ rancher }) => {
      const missing = () => {
        const printed = rancher.serverLog.map(({ line }) => masked(line))
        return [...expected].filter((line) => !printed.includes(line))
      }
      await untilEqual(missing, [])
    })
  })

  test('of 2.12.0 when an agent connects', async () => {
    const isOpening = (line: string) => line.includes('Handling backend connection')
    const expected = recordingOf('2.12.0', 'ok', 'server').map(masked).filter(isOpening)
    await play('2.12.0', { name: 'ok', goWrong: () => undefined }, async ({ rancher }) => {
      const opened = rancher.serverLog.map(({ line }) => masked(line)).filter(isOpening)
      expect(new Set(opened)).toEqual(new Set(expected))
    })
  })
})
