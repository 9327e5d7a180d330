import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stage } from '../../../lab/faults/index.ts'
import { fingerprintOf, openCluster } from '../../../src/cluster/index.ts'
import { diagnose } from '../../../src/diagnosis/index.ts'
import { Secret } from '../../../src/observe/index.ts'
import { createRancher } from '../../../src/rancher/index.ts'
import type { Diagnosis } from '../../../src/recovery/index.ts'

/** As Reagent is configured by default: what one probe may take, and what one call may. */
const PROBE_LIMIT_MS = 4_000
const CALL_TIMEOUT_MS = 10_000
/** After so long a diagnosis is given up; one that failed counts as if it had taken all of it. */
export const LONGEST_MS = 20_000

/** Diagnoses the cluster of a stage, with the worker's parts in this process. Rejects as `diagnose` does. */
export async function diagnoseStage(
  stage: Stage,
): Promise<{ readonly diagnosis: Diagnosis; readonly tookMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'reagent-bench-'))
  const path = join(folder, 'kubeconfig.yaml')
  await writeFile(path, stage.cluster.kubeconfig, { mode: 0o600 })
  const key = new TextEncoder().encode(`fingerprints of ${stage.clusterId}`)
  const rancher = createRancher({
    url: stage.workerUrl,
    token: new Secret(stage.rancher.apiToken),
    caPem: stage.workerCaPem,
    timeoutMs: CALL_TIMEOUT_MS,
  })
  const cluster = await openCluster({
    source: { kind: 'file', path },
    timeoutMs: CALL_TIMEOUT_MS,
    fingerprintKey: key,
  })
  const began = performance.now()
  try {
    const { diagnosis } = await diagnose(
      {
        cluster: stage.cluster.name,
        rancher,
        openCluster: async () => cluster,
        caPem: stage.workerCaPem,
        fingerprint: (value) =>
          fingerprintOf(key, value instanceof Secret ? value.reveal() : value),
        clock: () => Date.now(),
        limits: { probeMs: PROBE_LIMIT_MS },
      },
      AbortSignal.timeout(LONGEST_MS),
    )
    return { diagnosis, tookMs: performance.now() - began }
  } finally {
    cluster.close()
    rancher.close()
    await rm(folder, { recursive: true, force: true })
  }
}
