import { afterEach, describe, expect, it } from 'vitest'
import { type Cluster, fingerprintOf, openCluster } from '../../src/cluster/index.ts'
import { recorded } from '../fixtures/recorded.ts'
import {
  answerJson,
  answerStatus,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-api-server.ts'

const signal = new AbortController().signal
const key = Buffer.from('test')
const TOKEN = 'lp4rzlb6fq4nr24khrzjs5sd8tkhkvhr9h2rvpbwz4dnvtzqfvtwcs'
const NAMESPACE = '/api/v1/namespaces/cattle-system'
const DEPLOYMENT = '/apis/apps/v1/namespaces/cattle-system/deployments/cattle-cluster-agent'
const DAEMON_SET = '/apis/apps/v1/namespaces/cattle-system/daemonsets/cattle-node-agent'
const POD_LOG = `${NAMESPACE}/pods/cattle-cluster-agent-1/log`

describe('observing the agents', () => {
  const started: { server?: ScriptedServer; cluster?: Cluster } = {}
  afterEach(async () => {
    started.cluster?.close()
    await started.server?.stop()
  })

  /** A cluster that answers with `answers` by path: JSON, text, or a number for a Kubernetes status of that code. */
  async function observe(answers: Readonly<Record<string, unknown>>) {
    const all: Readonly<Record<string, unknown>> = { ...healthy(), ...answers }
    const server = await startScriptedServer((path, request, response) => {
      const isPrevious = request.url?.includes('previous=true')
      const answer = all[isPrevious ? `${path}?previous` : path] ?? 404
      if (typeof answer === 'string') response.end(answer)
      else if (answer === 403) answerStatus(response, 403, 'User "x" cannot get resource "y"')
      else if (typeof answer === 'number') answerStatus(response, answer, 'no')
      else answerJson(response, 200, answer)
    })
    const source = { kind: 'file', path: await server.kubeconfig() } as const
    const cluster = await openCluster({ source, timeoutMs: 5_000, fingerprintKey: key })
    Object.assign(started, { server, cluster })
    return cluster.observeAgents(signal)
  }

  it('sees agents that are rolled out, with what they are configured for', async () => {
    const { clusterAgent, nodeAgent, namespaceExists, nodes } = await observe({})

    expect(namespaceExists).toBe(true)
    expect(clusterAgent).toMatchObject({
      desiredPods: 1,
      readyPods: 1,
      updatedPods: 1,
      rolledOut: true,
      image: 'rancher/rancher-agent:v2.1.5',
      env: { CATTLE_SERVER: 'https://rancher.example.com', CATTLE_CLUSTER: 'true' },
      credentials: {
        secretName: 'cattle-credentials-303a0bd',
        exists: true,
        url: 'https://rancher.example.com',
        tokenFingerprint: fingerprintOf(key, TOKEN),
      },
    })
    expect(nodeAgent).toMatchObject({ desiredPods: 3, rolledOut: true })
    expect(nodes).toMatchObject([{ name: 'w2', runtime: 'docker://18.9.0' }])
  })

  it.each([
    ['the new template is not observed yet', { observedGeneration: 1 }],
    ['an old pod still runs beside', { replicas: 2 }],
    ['the new pod is not ready', { readyReplicas: 0 }],
    ['no pod is of the new template', { updatedReplicas: 0 }],
  ])('is not rolled out while %s', async (_why, status) => {
    const seen = await observe({ [DEPLOYMENT]: deployment(status) })
    expect(seen.clusterAgent?.rolledOut).toBe(false)
  })

  it('reads a crash loop: reason, exit code, and the log of the run before', async () => {
    const { clusterAgent } = await observe({
      [`${NAMESPACE}/pods`]: { items: [crashing()] },
      [`${POD_LOG}?previous`]:
        '2026-11-23T02:00:00.123456789Z ERROR: certificate checksum mismatch\n',
      [POD_LOG]: 'INFO: starting\n',
    })
    expect(clusterAgent?.pods).toEqual([
      {
        name: 'cattle-cluster-agent-1',
        node: 'w2',
        phase: 'Running',
        ready: false,
        restarts: 4,
        waitingReason: 'CrashLoopBackOff',
        terminatedReason: 'Error',
        exitCode: 1,
        stateMessage: '',
        endedBecause: null,
        conditions: [{ type: 'Ready', status: 'False', reason: '', message: '', at: null }],
        otherContainers: [],
        createdAt: null,
        startedAt: '2026-11-23T01:57:00Z',
        isOfTemplate: false,
        isTerminating: false,
        logLines: ['ERROR: certificate checksum mismatch', 'INFO: starting'],
        logTimes: ['2026-11-23T02:00:00.123Z', null],
      },
    ])
  })

  it('lets no token out with the log, in whatever form an agent prints it', async () => {
    const agentLog = recorded('agent-logs/rancher-v2.1.5/ok.agent.txt')
    const loggedToken = /with token (\w+)/.exec(agentLog)?.[1]
    const { clusterAgent } = await observe({
      [POD_LOG]: [
        agentLog,
        `msg="Connecting to wss://x/v3/connect with token starting with ${TOKEN.slice(0, 27)}"`,
        `{"token":"${TOKEN}"}`,
        'HTTPS_PROXY=http://user:pass-word@proxy.example.com:3128',
        'colours \u001b[31mred\u0007',
      ].join('\n'),
    })
    const text = clusterAgent?.pods[0]?.logLines?.join('\n') ?? ''

    expect(loggedToken).toHaveLength(54)
    for (const secret of [String(loggedToken), TOKEN.slice(0, 27), 'pass-word', '\u001b']) {
      expect(text).not.toContain(secret)
    }
    expect(text).toContain('with token [secret]')
    expect(text).toContain('http://[secret]@proxy.example.com:3128')
    expect(text).toContain('https://rancher.example.com/ping is accessible')
  })

  it('gives warning events about the agents, newest first and nobody else’s', async () => {
    const event = (name: string, lastTimestamp: string, reason: string) => ({
      involvedObject: { kind: 'Pod', name },
      lastTimestamp,
      reason,
      message: `with token ${TOKEN}`,
    })
    const { events } = await observe({
      [`${NAMESPACE}/events`]: {
        items: [
          event('cattle-cluster-agent-1', '2026-11-23T01:00:00Z', 'BackOff'),
          event('rancher-webhook-1', '2026-11-23T03:00:00Z', 'Unhealthy'),
          event('cattle-node-agent-x', '2026-11-23T02:00:00Z', 'Failed'),
        ],
      },
    })
    expect(events.map(({ reason, message, at }) => [reason, message, at])).toEqual([
      ['Failed', 'with token [secret]', '2026-11-23T02:00:00.000Z'],
      ['BackOff', 'with token [secret]', '2026-11-23T01:00:00.000Z'],
    ])
  })

  it('tells the rest where the kubeconfig may not see pods, events, nodes, logs or secrets', async () => {
    const seen = await observe({
      [NAMESPACE]: 403,
      [`${NAMESPACE}/events`]: 403,
      '/api/v1/nodes': 403,
      [POD_LOG]: 403,
      [`${NAMESPACE}/secrets/cattle-credentials-303a0bd`]: 403,
    })
    expect(seen).toMatchObject({ namespaceExists: true, events: [], nodes: [] })
    expect(seen.clusterAgent).toMatchObject({
      credentials: { exists: true, url: null, tokenFingerprint: null },
      pods: [{ name: 'cattle-cluster-agent-1', logLines: null }],
    })
  })

  it('fails where it may not see the agents themselves', async () => {
    await expect(observe({ [DEPLOYMENT]: 403 })).rejects.toMatchObject({
      code: 'cluster.forbidden',
      facts: { action: 'read Deployment cattle-cluster-agent' },
    })
  })

  it('sees that nothing is there', async () => {
    expect(await observe({ [NAMESPACE]: 404, [DEPLOYMENT]: 404, [DAEMON_SET]: 404 })).toMatchObject(
      {
        namespaceExists: false,
        clusterAgent: null,
        nodeAgent: null,
      },
    )
  })

  it('sees that the credentials secret is missing', async () => {
    const seen = await observe({ [`${NAMESPACE}/secrets/cattle-credentials-303a0bd`]: 404 })
    expect(seen.clusterAgent?.credentials).toEqual({
      secretName: 'cattle-credentials-303a0bd',
      exists: false,
      url: null,
      tokenFingerprint: null,
    })
  })
})

function healthy(): Readonly<Record<string, unknown>> {
  return {
    [NAMESPACE]: { metadata: { name: 'cattle-system' } },
    [DEPLOYMENT]: deployment({}),
    [DAEMON_SET]: {
      kind: 'DaemonSet',
      metadata: { name: 'cattle-node-agent', generation: 1 },
      spec: { selector: { matchLabels: { app: 'cattle-agent' } }, template: template('agent') },
      status: {
        observedGeneration: 1,
        desiredNumberScheduled: 3,
        currentNumberScheduled: 3,
        numberReady: 3,
        updatedNumberScheduled: 3,
      },
    },
    [`${NAMESPACE}/pods`]: { items: [pod({ ready: true, restartCount: 0, state: {} })] },
    [`${NAMESPACE}/events`]: { items: [] },
    [`${NAMESPACE}/secrets/cattle-credentials-303a0bd`]: {
      data: { url: base64('https://rancher.example.com'), token: base64(TOKEN) },
    },
    [POD_LOG]: '',
    '/api/v1/nodes': {
      items: [
        {
          metadata: { name: 'w2' },
          status: { nodeInfo: { containerRuntimeVersion: 'docker://18.9.0' } },
        },
      ],
    },
  }
}

function deployment(status: object) {
  return {
    kind: 'Deployment',
    metadata: { name: 'cattle-cluster-agent', generation: 2 },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'cattle-cluster-agent' } },
      template: template('cluster-register'),
    },
    status: {
      observedGeneration: 2,
      replicas: 1,
      readyReplicas: 1,
      updatedReplicas: 1,
      ...status,
    },
  }
}

function template(container: string) {
  return {
    spec: {
      containers: [
        {
          name: container,
          image: 'rancher/rancher-agent:v2.1.5',
          env: [
            { name: 'CATTLE_SERVER', value: 'https://rancher.example.com' },
            { name: 'CATTLE_CLUSTER', value: 'true' },
            { name: 'CATTLE_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
            { name: 'HTTPS_PROXY', value: 'http://proxy.example.com' },
          ],
        },
      ],
      volumes: [
        { name: 'cattle-credentials', secret: { secretName: 'cattle-credentials-303a0bd' } },
      ],
    },
  }
}

function pod(status: { readonly ready: boolean; readonly [field: string]: unknown }) {
  return {
    metadata: { name: 'cattle-cluster-agent-1', labels: { app: 'cattle-cluster-agent' } },
    spec: { nodeName: 'w2', containers: [{ name: 'cluster-register' }] },
    status: {
      phase: 'Running',
      startTime: '2026-11-23T01:57:00Z',
      conditions: [{ type: 'Ready', status: status.ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'cluster-register', ...status }],
    },
  }
}

function crashing() {
  return pod({
    ready: false,
    restartCount: 4,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { reason: 'Error', exitCode: 1 } },
  })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
