import type { LineMeaning } from './line-meaning.ts'

// Events and pods in the cluster, and the other agents (reference §3.2, rows 33, 39, 40, 42).

export const kubernetes: readonly LineMeaning[] = [
  {
    id: 'credentials-not-found',
    pattern: /secret "?(?<secret>cattle-credentials-[a-z0-9]+)"? not found/,
    by: 'event',
    weight: 'fault',
    confidence: 'certain',
    means:
      'The agent’s pod cannot start: Secret {secret}, with its registration token, is not there.',
    doesNotProve:
      'Who deleted it. Rancher 2.9.9, 2.10.5 and 2.11.1 did so themselves (rancher/rancher#50154).',
    toDo: '`/rancher reagent CLUSTER`: the manifest brings the secret back.',
    cause: 'credentials-missing',
  },
  {
    id: 'image-unavailable',
    pattern:
      /ImagePullBackOff|ErrImagePull|Failed to pull image|pull access denied|manifest unknown/,
    by: 'event',
    weight: 'fault',
    confidence: 'certain',
    means: 'A node could not fetch an image.',
    doesNotProve:
      'That the registry is down: a wrong name, a missing log-in or a closed way out looks alike.',
    toDo: 'Look at the image’s name and the registry; for a private one, Secret `cattle-private-registry`. Applying the agent manifest again does not help.',
    cause: 'agent-image-unavailable',
  },
  {
    id: 'out-of-memory',
    pattern: /OOMKilled|Memory cgroup out of memory|\boom-kill/,
    by: 'event',
    weight: 'fault',
    confidence: 'certain',
    means: 'A container was ended because it used more memory than it may.',
    doesNotProve: 'That it was the agent, unless the line names it.',
    toDo: 'Give it more memory (for the agents: `clusterAgentDeploymentCustomization` from Rancher 2.7.5 on).',
    cause: 'agent-out-of-memory',
  },
  {
    id: 'unschedulable',
    pattern: /FailedScheduling|\d+\/\d+ nodes are available/,
    by: 'event',
    weight: 'fault',
    confidence: 'certain',
    means: 'The scheduler found no node that takes a pod; behind it stands why.',
    doesNotProve: 'That it was the agent, unless the line names it.',
    toDo: 'Look at the taints and free resources of the nodes, and at what the pod tolerates.',
    cause: 'agent-unschedulable',
  },
  {
    id: 'evicted',
    pattern: /\bEvicted\b|The node was low on resource/,
    by: 'event',
    weight: 'fault',
    confidence: 'certain',
    means: 'A node ran short of something, such as disk or memory, and put a pod out.',
    doesNotProve: 'That it was the agent, unless the line names it.',
    toDo: 'Free that resource on the node; the pod is started again by itself.',
    cause: 'agent-evicted',
  },
  {
    id: 'crash-loop',
    pattern: /CrashLoopBackOff|Back-off restarting failed container/,
    by: 'event',
    weight: 'fault',
    confidence: 'certain',
    means: 'A container ends again and again; Kubernetes waits longer before each new start.',
    doesNotProve: 'Why: its own log says that.',
    toDo: 'Read the log of the run before (`kubectl logs --previous`), or explain its last lines here.',
    cause: 'agent-crashing',
  },
  {
    id: 'namespace-terminating',
    pattern: /because it is being terminated|namespace \S+ is being terminated/,
    by: 'event',
    weight: 'fault',
    confidence: 'certain',
    means: 'A namespace is being deleted, and nothing new may be made in it.',
    doesNotProve: 'Who deletes it.',
    toDo: 'Find out whether somebody deleted the cluster in Rancher, and what still holds the namespace (finalizers). Do not delete cattle-system to get further.',
    cause: 'namespace-terminating',
  },
  {
    id: 'etcd-slow',
    pattern:
      /etcdserver: (?:request timed out|leader changed|too many requests)|took too long .*to execute|apply request took too long/,
    by: 'cluster',
    weight: 'fault',
    confidence: 'likely',
    means: 'etcd of the cluster answers too slowly, or changes its leader.',
    doesNotProve: 'That the agents are at fault: they suffer from it like everybody else.',
    toDo: 'Look at disk latency and health of the etcd members. Applying the agent manifest again does not help.',
    cause: 'etcd-slow',
  },
  {
    id: 'fleet-check-in',
    pattern: /wait(?:ing for Agent to)? check[- ]?in/i,
    by: 'fleet-agent',
    weight: 'sign',
    confidence: 'likely',
    means:
      'Fleet has not heard of the cluster’s fleet-agent yet; after a change of Rancher’s authority it holds the old one.',
    doesNotProve:
      'That Rancher has lost the cluster: Fleet’s agent is another one. A check-in takes up to 15 minutes.',
    toDo: 'After a change of the authority: `Force Update` on the cluster in Rancher’s page for Continuous Delivery.',
    cause: 'fleet-agent-ca-stale',
  },
  {
    id: 'system-agent',
    pattern:
      /error while connecting to Kubernetes cluster|rancher-system-agent\.service.*(?:auto-restart|Failed)/,
    by: 'system-agent',
    weight: 'fault',
    confidence: 'likely',
    means:
      'The system agent of a node, which takes its orders from Rancher, cannot connect; it holds a copy of Rancher’s authority of its own.',
    doesNotProve:
      'That the cluster agent is cut off: these are two agents, and a new manifest reaches only the other one.',
    toDo: 'Run Rancher’s install command for that node again, with the new authority.',
    cause: null,
  },
]
