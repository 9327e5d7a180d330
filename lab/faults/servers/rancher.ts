import type { Fault } from '../contract.ts'

export const rancherDown: Fault = {
  name: 'rancher-down',
  title: 'nobody listens at Rancher’s address',
  causes: ['rancher-unreachable'],
  reapplyHelps: false,
  play: ({ front }) => front.goDown(),
  symptom: () => ({
    agentLog: /connect: connection refused|Couldn't connect to server/,
    handshake: /ECONNREFUSED/,
  }),
}

export const rancherHangs: Fault = {
  name: 'rancher-hangs',
  title: 'Rancher takes connections and answers nothing',
  causes: ['rancher-unreachable', 'rancher-failing'],
  reapplyHelps: false,
  async play({ rancher, clusterId }) {
    rancher.hang('/')
    rancher.disconnectAgents(clusterId)
  },
  symptom: () => ({ agentLog: /i\/o timeout/, handshake: /^ok$/ }),
}

export const rancherAnswers5xx: Fault = {
  name: 'rancher-answers-5xx',
  title: 'Rancher, or the load balancer in its place, answers 5xx to everything',
  causes: ['rancher-failing'],
  reapplyHelps: false,
  async play({ rancher, clusterId }, random) {
    const [status, body] = random.pick<readonly [number, string]>([
      [502, '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>'],
      [503, 'no available server'],
      [500, 'Internal Server Error'],
      [504, '<html><body><h1>504 Gateway Time-out</h1></body></html>'],
    ])
    const contentType = body.startsWith('<') ? 'text/html' : 'text/plain'
    rancher.answerEverythingWith({ status, body, contentType })
    rancher.disconnectAgents(clusterId)
  },
  symptom: () => ({
    agentLog: /websocket: bad handshake|The requested URL returned error: 5/,
    handshake: /^ok$/,
  }),
}
