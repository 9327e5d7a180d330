import type { Fault } from '../contract.ts'
import { restartAgents } from '../stage.ts'

export const agentOutOfMemory: Fault = {
  name: 'agent-out-of-memory',
  title: 'the agent is killed for its memory limit, again and again',
  causes: ['agent-out-of-memory'],
  reapplyHelps: false,
  async play({ cluster }) {
    cluster.crashAgents({ exitCode: 137, reason: 'OOMKilled', logLines: [], afterMs: 150 })
  },
  symptom: () => ({
    rancherState: 'unavailable',
    pod: /CrashLoopBackOff.*OOMKilled 137/,
    event: /BackOff: Back-off restarting failed container/,
  }),
}

export const agentPanics: Fault = {
  name: 'agent-panics',
  title: 'the agent ends with a panic soon after each start',
  causes: ['agent-crashing'],
  reapplyHelps: false,
  async play({ cluster }) {
    cluster.crashAgents({
      exitCode: 2,
      reason: 'Error',
      afterMs: 150,
      logLines: [
        'panic: runtime error: invalid memory address or nil pointer dereference',
        '[signal SIGSEGV: segmentation violation code=0x1 addr=0x10 pc=0x1a4f8c2]',
        '',
        'goroutine 1 [running]:',
        'main.run(0xc0002d6000, 0x0, 0x0)',
        '\t/go/src/github.com/rancher/rancher/cmd/agent/main.go:215 +0x6a2',
      ],
    })
  },
  symptom: () => ({
    rancherState: 'unavailable',
    agentLog: /^panic: runtime error/,
    pod: /CrashLoopBackOff.*Error 2/,
    event: /BackOff: Back-off restarting failed container/,
  }),
}

/** The program in the image cannot be run on these nodes, or is not there. */
export const agentImageBroken: Fault = {
  name: 'agent-image-broken',
  title: 'the agent image is pulled, but nothing in it can be started',
  causes: ['agent-image-broken'],
  reapplyHelps: false,
  async play(stage, random) {
    const entry = '/usr/bin/run.sh'
    const oci = `OCI runtime create failed: container_linux.go:348: starting container process caused "exec: \\"${entry}\\": stat ${entry}: no such file or directory": unknown`
    stage.cluster.crashAgents(
      random.chance(0.5)
        ? {
            exitCode: 1,
            reason: 'Error',
            logLines: ['standard_init_linux.go:190: exec user process caused "exec format error"'],
          }
        : { exitCode: 127, reason: 'ContainerCannotRun', message: oci, logLines: [] },
    )
    await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    pod: /CrashLoopBackOff.*(ContainerCannotRun 127 .*no such file|Error 1)/,
  }),
}

export const agentImageUnavailable: Fault = {
  name: 'agent-image-unavailable',
  title: 'the agent image cannot be pulled any more, and the agents were moved to other nodes',
  causes: ['agent-image-unavailable'],
  reapplyHelps: false,
  async play(stage) {
    const deployment = await stage.cluster.find({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'cattle-system',
      name: 'cattle-cluster-agent',
    })
    const image = /"image":"([^"]+)"/.exec(JSON.stringify(deployment))?.[1] ?? ''
    stage.cluster.setImagePullable(image, false)
    await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    pod: /ImagePullBackOff|ErrImagePull/,
    event: /Failed: Failed to pull image/,
  }),
}
