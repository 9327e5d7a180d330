import { once } from 'node:events'
import { createServer } from 'node:net'
import { startFront } from '../../rancher/index.ts'
import { recreateAgents } from '../agent-manifest.ts'
import type { Fault } from '../contract.ts'
import { resolveHere } from '../names.ts'
import { certificateFor, RANCHER_HOST, restartAgents, type Stage } from '../stage.ts'
import { isOlderThan } from '../version.ts'

const PROXY_HOST = 'proxy.example.com'

export const proxyMisconfigured: Fault = {
  name: 'proxy-misconfigured',
  title:
    'the agents are told an HTTP proxy that is not there, is down, or does not let them through',
  causes: ['proxy-misconfigured'],
  reapplyHelps: false,
  async play(stage, random) {
    const kind = random.pick(['no-such-name', 'refused', '407 Proxy Authentication Required'])
    if (kind !== 'no-such-name') stage.closeLater(resolveHere(PROXY_HOST))
    const port = kind.startsWith('407') ? await startRefusingProxy(stage, kind) : 9
    await recreateAgents(stage.cluster, {
      HTTPS_PROXY: `http://${PROXY_HOST}:${port}`,
      NO_PROXY: '127.0.0.0/8,10.0.0.0/8,.svc,.cluster.local',
    })
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog:
      /\/ping is not accessible \((Could not resolve proxy|Failed to connect to proxy\.example\.com|CONNECT tunnel failed)/,
    pod: /CrashLoopBackOff/,
  }),
}

async function startRefusingProxy(stage: Stage, status: string): Promise<number> {
  const proxy = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`))
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  stage.closeLater(() => void proxy.close())
  const address = proxy.address()
  return typeof address === 'object' && address !== null ? address.port : 9
}

const isTunnel = (path: string) => path.startsWith('/v3/connect')
const text = (status: number, body: string) => ({ status, body, contentType: 'text/plain' })

/** The certificate that Rancher's authority would give a load balancer. */
const balancerCertificate = ({ rancher }: Stage) =>
  rancher.issueCertificate(certificateFor(RANCHER_HOST))

export const websocketBlocked: Fault = {
  name: 'websocket-blocked',
  title: 'the load balancer in front of Rancher lets no web socket through',
  causes: ['websocket-blocked'],
  reapplyHelps: false,
  async play(stage, random) {
    const certificate = balancerCertificate(stage)
    const kind = random.pick(['drops-headers', 'refuses'])
    stage.front.behave(
      kind === 'drops-headers'
        ? { certificate, dropsUpgrade: true }
        : {
            certificate,
            answer: ({ isUpgrade }) => (isUpgrade ? text(400, 'Bad Request') : null),
          },
    )
    if (random.chance(0.5)) await restartAgents(stage)
  },
  symptom: ({ rancherVersion }) => ({
    rancherState: 'unavailable',
    agentLog: isOlderThan(rancherVersion, 2, 3)
      ? /Failed to connect to proxy.*websocket: bad handshake/
      : /Response status: 400 - 400 Bad Request\. Response body: Bad Request/,
    handshake: /^ok$/,
  }),
}

export const tunnelAnswers503: Fault = {
  name: 'tunnel-answers-503',
  title: 'the load balancer answers 503 for the tunnel only; everything else works',
  // From outside nobody can tell whether a load balancer says so or Rancher itself.
  causes: ['websocket-blocked', 'rancher-failing', 'rancher-answers-foreign'],
  reapplyHelps: false,
  async play(stage, random) {
    const status = random.pick([502, 503, 504])
    stage.front.behave({
      certificate: balancerCertificate(stage),
      answer: ({ path }) => (isTunnel(path) ? text(status, 'upstream connect error') : null),
    })
    if (random.chance(0.5)) await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /websocket: bad handshake/,
    handshake: /^ok$/,
  }),
}

const LOG_IN_PAGE =
  '<!DOCTYPE html>\n<html><head><title>Guest network</title></head><body>Please log in.</body></html>\n'

export const captivePage: Fault = {
  name: 'captive-page',
  title: "a log-in page answers in Rancher's place for whoever asks from the cluster",
  causes: ['rancher-answers-foreign', 'tls-intercepted'],
  reapplyHelps: false,
  async play(stage) {
    const portal = await startFront(stage.front.port)
    stage.closeLater(portal.close)
    portal.behave({
      certificate: balancerCertificate(stage),
      answer: () => ({ status: 200, body: LOG_IN_PAGE, contentType: 'text/html' }),
    })
    stage.cluster.changeRoad({ interceptedAt: portal.port })
    await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /parse error: Invalid numeric literal|does not look like an x509 certificate/,
    pod: /CrashLoopBackOff/,
    handshake: /^ok$/,
  }),
}

export const foreignServer: Fault = {
  name: 'foreign-server',
  title: "another server answers at Rancher's address for whoever asks from the cluster",
  causes: ['rancher-answers-foreign'],
  reapplyHelps: false,
  async play(stage, random) {
    const other = await startFront(stage.front.port)
    stage.closeLater(other.close)
    const status = random.pick([404, 503, 403])
    other.behave({
      certificate: balancerCertificate(stage),
      answer: () => text(status, 'default backend'),
    })
    stage.cluster.changeRoad({ interceptedAt: other.port })
    await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /\/ping is not accessible \(The requested URL returned error: (404|503|403)/,
    pod: /CrashLoopBackOff/,
  }),
}
