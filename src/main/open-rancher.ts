import type { RancherConfig, RancherWayConfig } from '../config/index.ts'
import {
  createCommandApi,
  createKubeconfigApi,
  createLocalRancher,
  createRancher,
  createRancherByWays,
  type Rancher,
  type RancherWay,
} from '../rancher/index.ts'

/** Rancher by each of the configured ways. Nothing is asked before the first call. */
export function openRancherWays(config: RancherConfig): readonly [RancherWay, ...RancherWay[]] {
  const [first, ...others] = config.ways
  return [openWay(first, config), ...others.map((way) => openWay(way, config))]
}

/** One Rancher of these ways. Closing it closes them. */
export function joinWays(ways: readonly [RancherWay, ...RancherWay[]]): Rancher {
  const [only, ...others] = ways
  return others.length === 0 && only.isApi ? only.rancher : createRancherByWays(ways)
}

function openWay(way: RancherWayConfig, config: RancherConfig): RancherWay {
  const { url, caPem, timeoutMs } = config
  const network = { url, caPem, timeoutMs }
  if (way.kind === 'api') {
    return { name: 'API', isApi: true, rancher: createRancher({ ...network, token: way.token }) }
  }
  const api =
    way.kind === 'kubeconfig'
      ? createKubeconfigApi(way.path, timeoutMs)
      : createCommandApi({ ...way, timeoutMs })
  return { name: api.name, isApi: false, rancher: createLocalRancher(api, network) }
}
