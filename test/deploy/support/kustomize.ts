import { spawnSync } from 'node:child_process'
import { loadAll } from 'js-yaml'
import * as z from 'zod'
import { REPOSITORY } from './repository.ts'

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  spec: z.looseObject({}).optional(),
})

export type KubernetesObject = z.output<typeof objectSchema>

/** kubectl builds what these tests look at. Before 1.21 (Kustomize 2) it could not compose folders. */
export const hasKustomize = kustomizeMajor() >= 4
if (!hasKustomize) {
  console.info('no kubectl of 1.21 or later on the PATH: the Kubernetes files are not checked')
}

/** The objects of a folder of this repository, as `kubectl apply -k` would send them. */
export function kustomize(folder: string): readonly KubernetesObject[] {
  const { stdout, stderr, status } = kubectl('kustomize', `${REPOSITORY}${folder}`)
  if (status !== 0) throw new Error(`kubectl kustomize ${folder}: ${stderr}`)
  return loadAll(stdout).map((object) => objectSchema.parse(object))
}

function kustomizeMajor(): number {
  const { stdout } = kubectl('version', '--client')
  return Number(/kustomize version: v(\d+)/i.exec(stdout ?? '')?.[1] ?? 0)
}

function kubectl(...args: readonly string[]) {
  return spawnSync('kubectl', args, { encoding: 'utf8', timeout: 30_000 })
}
