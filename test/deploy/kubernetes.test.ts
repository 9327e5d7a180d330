import { describe, expect, it } from 'vitest'
import { readStages } from './support/dockerfile.ts'
import { usesOf } from './support/known-variables.ts'
import { hasKustomize, kustomize } from './support/kustomize.ts'
import { readText } from './support/repository.ts'
import { violations } from './support/restricted-pods.ts'
import { workload } from './support/workloads.ts'

const SECRETS = '/run/secrets/reagent/'

describe.runIf(hasKustomize).each([
  { way: 'HTTP', folder: 'deploy/kubernetes/http', slackSecret: 'SLACK_SIGNING_SECRET_FILE' },
  {
    way: 'Socket Mode',
    folder: 'deploy/kubernetes/socket-mode',
    slackSecret: 'SLACK_APP_TOKEN_FILE',
  },
])('Kubernetes with Slack over $way', ({ way, folder, slackSecret }) => {
  const objects = hasKustomize ? kustomize(folder) : []
  const bot = () => workload(objects, 'bot')
  const worker = () => workload(objects, 'worker')
  const both = () => [bot(), worker()]
  const container = (role: 'bot' | 'worker') =>
    workload(objects, role).spec.template.spec.containers[0]
  const named = (kind: string) =>
    objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name)

  it('keeps to the restricted Pod Security Standard, which its namespace enforces', () => {
    for (const role of both()) expect(violations(role), role.metadata.name).toEqual([])
    expect(objects.find(({ kind }) => kind === 'Namespace')?.metadata).toMatchObject({
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    })
    const [, second] = both()
    if (second) second.spec.template.spec.securityContext = {}
    expect(violations(second ?? bot()), 'the check can fail').toEqual([
      'runs as root',
      'seccompProfile',
    ])
  })

  it('runs two bots and two workers on different nodes, one of which may be away', () => {
    for (const { metadata, spec } of both()) {
      const labels = spec.template.metadata.labels
      expect(spec.replicas).toBe(2)
      expect(spec.template.spec).toMatchObject({
        topologySpreadConstraints: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } },
          { topologyKey: 'topology.kubernetes.io/zone', labelSelector: { matchLabels: labels } },
        ],
      })
      const budget = objects.find(
        (one) => one.kind === 'PodDisruptionBudget' && one.metadata.name === metadata.name,
      )
      expect(budget?.spec).toEqual({ maxUnavailable: 1, selector: { matchLabels: labels } })
    }
  })

  it('gives each role an account of its own that can do nothing', () => {
    expect(named('ServiceAccount')).toEqual(['reagent-bot', 'reagent-worker'])
    expect(objects.filter(({ kind }) => /Role/.test(kind))).toEqual([])
    for (const { metadata, spec } of both()) {
      expect(spec.template.spec).toMatchObject({
        serviceAccountName: metadata.name,
        automountServiceAccountToken: false,
      })
    }
  })

  it('writes nowhere but where the image says, and in memory for the time of the pod', () => {
    const image = readStages(readText('Dockerfile')).at(-1)
    const data = image?.steps.find(({ keyword }) => keyword === 'VOLUME')?.text
    for (const { spec } of both()) {
      const [{ volumeMounts, securityContext }] = spec.template.spec.containers
      expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true })
      const writable = volumeMounts.filter(({ readOnly }) => !readOnly)
      expect(writable.map(({ mountPath }) => mountPath)).toEqual([data, '/tmp'])
    }
  })

  it('asks for health where the image lets Reagent answer', () => {
    const image = readStages(readText('Dockerfile')).at(-1)
    const environment = image?.steps.find(({ keyword }) => keyword === 'ENV')?.text
    const port = Number(/REAGENT_OBSERVE_ADDRESS=\S+:(\d+)/.exec(environment ?? '')?.[1])
    for (const { spec } of both()) {
      const [one] = spec.template.spec.containers
      expect(one.ports).toContainEqual({ name: 'observe', containerPort: port })
      expect([one.startupProbe, one.livenessProbe, one.readinessProbe]).toEqual([
        { httpGet: { path: '/healthz', port: 'observe' } },
        { httpGet: { path: '/healthz', port: 'observe' } },
        { httpGet: { path: '/readyz', port: 'observe' } },
      ])
      expect(one.resources).toMatchObject({ limits: { memory: expect.any(String) } })
    }
  })

  it('leaves running jobs the time that they need to end', () => {
    const grace = /STOP_GRACE_MS = ([\d_]+)/.exec(readText('src/main/start.ts'))?.[1]
    const needed = Number(grace?.replaceAll('_', '')) / 1_000
    expect(needed).toBeGreaterThan(0)
    for (const { spec } of both()) {
      expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(2 * needed)
    }
  })

  it('sets variables that the role reads, each secret as a file that the guide puts in the Secret', () => {
    for (const role of ['bot', 'worker'] as const) {
      const keys = keysOfSecret(`reagent-${role}`)
      expect(keys).not.toEqual([])
      for (const { name, value } of container(role).env) {
        expect(usesOf(role).get(name), name).toMatch(/^(required|optional)$/)
        expect(name).toMatch(/_FILE$/)
        expect(value.slice(0, SECRETS.length)).toBe(SECRETS)
        expect(keys, `${name} of the ${role}`).toContain(value.slice(SECRETS.length))
      }
      expect(container(role).volumeMounts).toContainEqual({
        name: 'secrets',
        mountPath: SECRETS.slice(0, -1),
        readOnly: true,
      })
    }
    expect(container('bot').env.map(({ name }) => name)).toContain(slackSecret)
  })

  it('gives the bot nothing of Rancher and the clusters, and the worker nothing of Slack', () => {
    const variables = (role: 'bot' | 'worker') => container(role).env.map(({ name }) => name)
    expect(variables('bot').filter((name) => /RANCHER|VERIFY/.test(name))).toEqual([])
    expect(variables('worker').filter((name) => /SLACK|SIGNING/.test(name))).toEqual([])
    expect(secretsOf(bot())).toEqual(['reagent-bot'])
    expect(secretsOf(worker())).toEqual(['reagent-clusters', 'reagent-worker'])
    expect([container('bot').args, container('worker').args]).toEqual([
      ['start', '--role', 'bot'],
      ['start', '--role', 'worker'],
    ])
  })

  it('lets in and out what is needed and nothing else', () => {
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy')
    expect(policies.find(({ metadata }) => metadata.name === 'default-deny')?.spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    })
    const incoming = policies.filter(({ spec }) => spec !== undefined && 'ingress' in spec)
    const names = incoming.map(({ metadata }) => metadata.name)
    if (way === 'HTTP') {
      expect(names.toSorted()).toEqual(['reagent-bot-slack', 'reagent-metrics'])
      expect(container('bot').ports).toContainEqual({ name: 'slack', containerPort: 3000 })
      expect([named('Service'), named('Ingress')]).toEqual([['reagent-bot'], ['reagent-bot']])
    } else {
      expect(names).toEqual(['reagent-metrics'])
      expect(container('bot').ports.map(({ name }) => name)).toEqual(['observe'])
      expect([named('Service'), named('Ingress')]).toEqual([[], []])
    }
    // Every port by name is one that the selected pods have.
    const ports = new Set(
      both().flatMap(({ spec }) => spec.template.spec.containers[0].ports.map(({ name }) => name)),
    )
    for (const [, name] of JSON.stringify(incoming).matchAll(/"port":"([a-z]+)"/g)) {
      expect(ports).toContain(name)
    }
  })
})

/** The keys of a Secret as docs/deployment.md makes it, for both ways to Slack. */
function keysOfSecret(name: string): readonly string[] {
  const command = new RegExp(`create secret generic ${name} ((?:.*\\\\\\n)*.*)\\n`, 'g')
  return [...readText('docs/deployment.md').matchAll(command)].flatMap(([, options = '']) =>
    [...options.matchAll(/--from-file=(\S+)/g)].map(
      ([, file = '']) => file.split('/').at(-1) ?? '',
    ),
  )
}

/** Every Secret that the pods of a Deployment mount. */
function secretsOf({ spec }: ReturnType<typeof workload>): readonly string[] {
  const text = JSON.stringify(spec.template.spec.volumes)
  return [...text.matchAll(/"secretName":"([^"]+)"|"secret":\{"name":"([^"]+)"/g)]
    .map(([, mounted, projected]) => mounted ?? projected ?? '')
    .toSorted()
}
