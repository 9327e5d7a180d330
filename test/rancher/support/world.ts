import {
  type LabRancher,
  type LabRancherOptions,
  startRancher,
} from '../../../lab/rancher/index.ts'
import { Secret } from '../../../src/observe/index.ts'
import { createRancher, type Rancher, type RancherOptions } from '../../../src/rancher/index.ts'

export interface World {
  readonly lab: LabRancher
  readonly rancher: Rancher
  /** Another client of the same Rancher. */
  connect(options?: Partial<RancherOptions>): Rancher
  end(): Promise<void>
}

/** The lab's Rancher and the product's client for it. */
export async function startWorld(options: LabRancherOptions = {}): Promise<World> {
  const lab = await startRancher(options)
  const clients: Rancher[] = []
  const connect: World['connect'] = (changes = {}) => {
    const client = createRancher({
      url: lab.url,
      token: new Secret(lab.apiToken),
      caPem: lab.caPem,
      timeoutMs: 5_000,
      ...changes,
    })
    clients.push(client)
    return client
  }
  return {
    lab,
    rancher: connect(),
    connect,
    async end() {
      for (const client of clients) client.close()
      await lab.close()
    },
  }
}

/** A signal that never aborts. */
export const patient = new AbortController().signal
