import { Failure } from '../recovery/index.ts'
import { caChecksumOf } from './ca-checksum.ts'
import type { RancherSettings } from './contract.ts'

/** The settings that an agent manifest is made from. Fails with `rancher.server-url-unset`. */
export async function settingsFrom(
  read: (name: string) => Promise<string>,
): Promise<RancherSettings> {
  const [serverUrl, caCerts, agentImage] = await Promise.all([
    read('server-url'),
    read('cacerts'),
    read('agent-image'),
  ])
  if (serverUrl === '') throw new Failure('rancher.server-url-unset')
  return {
    serverUrl: serverUrl.replace(/\/+$/, ''),
    caCerts,
    caChecksum: caChecksumOf(caCerts),
    agentImage,
  }
}
