import type { LabClusterOptions } from '../../lab/cluster/index.ts'

const { KUBEBUILDER_ASSETS } = process.env

if (!KUBEBUILDER_ASSETS) {
  console.log(
    'KUBEBUILDER_ASSETS is not set: the contract is checked on the simulated API server only',
  )
}

/** The kinds of API server that a contract is checked on. */
export const kinds: readonly { readonly kind: string; readonly options: LabClusterOptions }[] = [
  { kind: 'simulated', options: { kind: 'simulated' } },
  ...(KUBEBUILDER_ASSETS
    ? [{ kind: 'real', options: { kind: 'real', assetsDirectory: KUBEBUILDER_ASSETS } as const }]
    : []),
]
