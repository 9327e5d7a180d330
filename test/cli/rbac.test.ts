import { loadAll } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { isRecord, type JsonRecord, recordsAt, textAt } from '../../src/cluster/index.ts'
import { commandLine } from './support/command-line.ts'

async function printed(...options: string[]): Promise<readonly JsonRecord[]> {
  const line = commandLine()
  expect(await line.run('rbac', ...options)).toBe(0)
  return loadAll(line.stdout).filter(isRecord)
}

function rulesOf(objects: readonly JsonRecord[], kind: string): readonly JsonRecord[] {
  return objects
    .filter((object) => object.kind === kind)
    .flatMap((role) => recordsAt(role, 'rules'))
}

describe('reagent rbac', () => {
  it('keeps what concerns the agents’ objects inside their namespace', async () => {
    const objects = await printed()
    expect(
      objects.map(({ kind, metadata }) => `${kind} ${textAt(metadata, 'namespace') ?? ''}`),
    ).toEqual([
      'Namespace ',
      'ServiceAccount reagent',
      'ClusterRole ',
      'ClusterRoleBinding ',
      'Role cattle-system',
      'RoleBinding cattle-system',
      'Role kube-system',
      'RoleBinding kube-system',
      'Role default',
      'RoleBinding default',
    ])
    const wide = rulesOf(objects, 'ClusterRole').map(({ resources }) => String(resources))
    expect(wide).not.toContain('secrets')
    expect(JSON.stringify(objects)).not.toMatch(/escalate|bind"/)
  })

  it('never asks for all verbs or all resources, and gives a reason for each rule', async () => {
    for (const options of [[], ['--install'], ['--rancher']]) {
      const line = commandLine()
      await line.run('rbac', ...options)
      expect(line.stdout).not.toContain('*')
      const rules = line.stdout.match(/^ {2}- apiGroups/gm) ?? []
      const reasons = line.stdout.match(/^ {2}# to .+$/gm) ?? []
      expect(rules.length).toBeGreaterThan(4)
      expect(reasons).toHaveLength(rules.length)
    }
  })

  it('says that a credential which can install the agents is as strong as an administrator’s', async () => {
    const line = commandLine()
    await line.run('rbac', '--install')
    expect(line.stdout).toContain('can become an administrator of the cluster')
    expect(
      rulesOf(await printed('--install'), 'ClusterRole').map(({ verbs }) => String(verbs)),
    ).toContain('escalate')
  })

  it('lists the same rights in JSON', async () => {
    const line = commandLine()
    await line.run('rbac', '--json')
    const { rights } = JSON.parse(line.stdout)
    expect(rights).toContainEqual(
      expect.objectContaining({
        verb: 'patch',
        resource: 'deployments',
        names: ['cattle-cluster-agent'],
      }),
    )
  })
})
