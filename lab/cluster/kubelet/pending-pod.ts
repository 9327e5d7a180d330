import { type JsonObject, textAt } from '../json.ts'
import type { KubeletContext } from './context.ts'
import { describeAgent } from './describe-agent.ts'
import { createPodLog } from './pod-log.ts'
import type { PodRunner } from './pod-runner.ts'

/** A pod for which the scheduler finds no node. It goes as soon as there is one, and its controller makes another. */
export function keepPending(
  context: KubeletContext,
  pod: JsonObject,
  message: string,
  mayBePlaced: () => boolean,
): PodRunner {
  const { admin, namespace } = context
  const name = textAt(pod, 'metadata', 'name')
  const uid = textAt(pod, 'metadata', 'uid')
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  const log = createPodLog(context.agentChanged)
  let isStopped = false
  const time = context
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime: time,
  }
  const reported = Promise.all([
    admin.merge(
      `${path}/status`,
      { status: { phase: 'Pending', conditions: [condition] } },
      'kube-scheduler',
    ),
    context.events({
      about: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
      component: 'default-scheduler',
    }),
  ]).catch(() => undefined)
  return {
    name,
    node: '',
    uid,
    log,
    isReady: false,
    get isStopped() {
      return isStopped
    },
    waitingFor: 'Pending',
    mayBePlaced,
    describe: () =>
      describeAgent(
        pod,
        '',
        { state: { waiting: { reason: 'Pending' } }, lastState: {}, ready: false, restarts: 0 },
        log,
      ),
    evict: async () => undefined,
    async stop() {
      isStopped = true
      await reported
      await admin.api('DELETE', `${path}?gracePeriodSeconds=0`)
    },
  }
}
