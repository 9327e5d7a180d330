import { dump } from 'js-yaml'
import type { JsonRecord } from '../../cluster/index.ts'
import { has } from '../version-differences.ts'
import { clusterAgent } from './cluster-agent.ts'
import {
  accountAndCredentials,
  agentService,
  kubeApiServerRole,
  podDisruptionBudget,
} from './common-objects.ts'
import type { ManifestFacts } from './facts.ts'
import { hasNodeAgent, nodeAgent } from './node-agent.ts'

/**
 * The manifest that Rancher of this version serves to people, object for object (pkg/systemtemplate/template.go). Equal to what was
 * recorded from a real 2.1.5 and 2.12.0 (import.yaml of each); the lines between are made by the table of version differences.
 */
export function renderManifest(facts: ManifestFacts): string {
  return objectsOf(facts)
    .map((object) => dump(object, { lineWidth: -1, noRefs: true }))
    .join('---\n')
}

function objectsOf(facts: ManifestFacts): readonly JsonRecord[] {
  const { version, customization } = facts
  const budget = customization?.podDisruptionBudget
  return [
    ...(has(version, 'kubeApiServerRole') ? kubeApiServerRole() : []),
    ...accountAndCredentials(facts),
    ...(budget ? [podDisruptionBudget(budget)] : []),
    clusterAgent(facts),
    ...(hasNodeAgent(facts) ? [nodeAgent(facts)] : []),
    ...(has(version, 'agentService') ? [agentService()] : []),
  ]
}
