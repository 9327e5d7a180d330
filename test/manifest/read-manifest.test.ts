import { describe, expect, it } from 'vitest'
import { readManifest } from '../../src/manifest/index.ts'
import { recorded } from '../fixtures/recorded.ts'

const IMPORT = recorded('rancher-v2.1.5/import.yaml')

describe('reading the agent manifest', () => {
  it('reads what Rancher 2.1.5 and 2.12.0 serve', () => {
    expect(readManifest(IMPORT).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace cattle-system',
      'ServiceAccount cattle',
      'ClusterRoleBinding cattle-admin-binding',
      'Secret cattle-credentials-303a0bd',
      'ClusterRole cattle-admin',
      'Deployment cattle-cluster-agent',
      'DaemonSet cattle-node-agent',
    ])
    expect(readManifest(recorded('rancher-v2.12.0/import.yaml'))).toHaveLength(9)
  })

  it.each([
    ['another kind', 'apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: cattle-system}'],
    ['another name', IMPORT.replace('name: cattle-cluster-agent', 'name: miner')],
    ['another namespace', IMPORT.replaceAll('namespace: cattle-system', 'namespace: kube-system')],
    ['another namespace object', IMPORT.replace('name: cattle-system', 'name: kube-system')],
    ['another role', IMPORT.replace('  name: cattle-admin\n  labels', '  name: view\n  labels')],
    ['a secret that only begins like one', IMPORT.replace('-303a0bd\n', '-303a0bd-x\n')],
    ['a kind of another group', IMPORT.replace('extensions/v1beta1', 'example.com/v1')],
  ])('stops at %s', (_what, text) => {
    expect(() => readManifest(text)).toThrow(
      expect.objectContaining({ code: 'manifest.object-not-allowed' }),
    )
  })

  it('names the object that does not belong there', () => {
    const text = `${IMPORT}\n---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: miner, namespace: default}`
    expect(() => readManifest(text)).toThrow(/CronJob miner in namespace default \(batch\/v1\)/)
  })

  it('stops at an object that comes twice', () => {
    expect(() => readManifest(`${IMPORT}\n---\n${IMPORT}`)).toThrow(/Namespace cattle-system twice/)
  })

  it('gives the place of a YAML error but quotes nothing, because the text holds a token', () => {
    const text = IMPORT.replace('  token: "', '  token: : "')
    const failure = failureOf(() => readManifest(text))
    expect(failure).toMatchObject({
      code: 'manifest.unreadable',
      message: expect.stringMatching(/line \d+, column \d+/),
    })
    expect(JSON.stringify(failure)).not.toContain('bHA0cnps')
  })

  it.each([
    ['an empty answer', ''],
    ['only separators', '---\n---\n'],
    ['a log-in page', '<html><body>Log in</body></html>'],
    ['a list', '- a\n- b'],
    ['an object without a name', 'apiVersion: v1\nkind: Secret\nmetadata: {}'],
    ['aliases', 'a: &a [1]\nb: *a'],
  ])('refuses %s', (_what, text) => {
    expect(() => readManifest(text)).toThrow(
      expect.objectContaining({ code: 'manifest.unreadable' }),
    )
  })

  it('refuses 50 MB without parsing them', () => {
    const text = `${IMPORT}\n# ${'x'.repeat(50 * 1024 * 1024)}`
    expect(() => readManifest(text)).toThrow(
      expect.objectContaining({ code: 'manifest.too-large' }),
    )
  })
})

function failureOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
