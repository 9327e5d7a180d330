import { fileURLToPath } from 'node:url'

type Words = readonly [string, ...string[]]

/** The variable that tells the lab's docker where the container of Rancher finds its own cluster. */
const KUBECONFIG_VARIABLE = 'LAB_RANCHER_KUBECONFIG'
const program = (name: string) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))

interface LabCommand {
  readonly command: Words
  readonly environment: Readonly<Record<string, string>>
}

/** `docker exec -i CONTAINER kubectl` of the lab; the container is called `rancher`. */
export function dockerCommand(kubeconfigPath: string, container = 'rancher'): LabCommand {
  return {
    command: [process.execPath, program('docker'), 'exec', '-i', container, 'kubectl'],
    environment: { PATH: process.env.PATH ?? '', [KUBECONFIG_VARIABLE]: kubeconfigPath },
  }
}

/** The same behind `ssh HOST`. */
export function sshCommand(kubeconfigPath: string): LabCommand {
  const { command, environment } = dockerCommand(kubeconfigPath)
  return {
    command: [process.execPath, program('ssh'), 'rancher-host', ...command],
    environment,
  }
}
