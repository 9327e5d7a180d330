import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiServer, hasRealApiServer, startRealApiServer } from './api-server.ts'

const hasKubectl = canRun('kubectl')
if (!hasKubectl)
  console.log('kubectl is not installed: what it does with old manifests is not tested')

describe.runIf(hasRealApiServer && hasKubectl)(
  'the manifest of Rancher 2.1.5 on a real 1.20',
  () => {
    let api: ApiServer
    beforeAll(async () => {
      api = await startRealApiServer()
    })
    afterAll(() => api?.stop())

    it('is refused by kubectl apply, which is why Reagent adapts it', async () => {
      const manifest = fileURLToPath(
        new URL('../fixtures/rancher-v2.1.5/import.yaml', import.meta.url),
      )
      const applied = promisify(execFile)('kubectl', [
        '--kubeconfig',
        api.kubeconfigPath,
        'apply',
        '-f',
        manifest,
      ])
      await expect(applied).rejects.toMatchObject({
        stderr: expect.stringContaining('extensions/v1beta1'),
      })
    })
  },
)

function canRun(program: string): boolean {
  try {
    execFileSync(program, ['version', '--client'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
