import { describe, test } from 'vitest'
import { faults } from '../../../lab/faults/index.ts'
import { playAndLook } from './support.ts'

const assetsDirectory = process.env.KUBEBUILDER_ASSETS
if (!assetsDirectory) {
  console.info('KUBEBUILDER_ASSETS is not set: no fault is played on a real API server')
}

/** Those that are played on the cluster's own objects: what a real API server lets them be. */
const ON_OBJECTS = [
  'credentials-missing',
  'service-account-missing',
  'agents-scaled-to-zero',
  'agent-out-of-memory',
  'agent-evicted',
  'agent-unschedulable',
  'admission-webhook-refuses',
  'namespace-terminating',
  'runtime-unsupported',
  'proxy-misconfigured',
  'import-manifest-applied',
  'fleet-agent-holds-old-authority',
]

describe.runIf(assetsDirectory)('on a real API server', () => {
  for (const fault of faults.filter(({ name }) => ON_OBJECTS.includes(name))) {
    const rancherVersion = fault.existsOn?.('2.1.5') === false ? '2.12.0' : '2.1.5'
    test.concurrent(
      `${rancherVersion}: ${fault.title} (${fault.name})`,
      () => playAndLook(fault, { rancherVersion, assetsDirectory }),
      120_000,
    )
  }
})
