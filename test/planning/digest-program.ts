import { openCluster } from '../../src/cluster/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { buildPlan } from '../../src/planning/index.ts'
import { createRancher } from '../../src/rancher/index.ts'

/** Builds the plan once, as a process of its own, from one JSON argument, and prints the digest. */
const [argument = '{}'] = process.argv.slice(2)
const { url, token, caPem, clusterId, kubeconfigPath, fingerprintKey } = JSON.parse(argument)
const { signal } = new AbortController()
const rancher = createRancher({ url, token: new Secret(token), caPem, timeoutMs: 10_000 })
const cluster = await openCluster({
  source: { kind: 'file', path: kubeconfigPath },
  timeoutMs: 10_000,
  fingerprintKey: Buffer.from(fingerprintKey),
})
const rancherCluster = await rancher.cluster(clusterId, signal)
const { plan } = await buildPlan({ rancher, cluster, rancherCluster, signal })
console.log(plan.digest)
cluster.close()
rancher.close()
