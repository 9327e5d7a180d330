import { text } from 'node:stream/consumers'
import { answerOf, type Kubectl } from './kubectl.ts'

// `docker exec -i CONTAINER kubectl …`, as far as Rancher's container is asked for objects.

const [exec, interactive, container, kubectl, ...words] = process.argv.slice(2)
if (exec !== 'exec' || interactive !== '-i' || kubectl !== 'kubectl') {
  end(125, 'docker: this lab only knows: docker exec -i CONTAINER kubectl …')
} else if (container !== 'rancher') {
  end(1, `Error: No such container: ${container}`)
} else {
  const path = process.env.LAB_RANCHER_KUBECONFIG ?? ''
  const command = commandIn(words)
  if (command === null) end(1, `error: unknown command "${words.join(' ')}"`)
  else {
    const input = command === 'create' ? await text(process.stdin) : ''
    await print(path, command === 'create' ? { create: input } : command)
  }
}

function commandIn(given: readonly string[]): 'create' | { readonly get: string } | null {
  const [verb, flag, path] = given
  if (verb === 'get' && flag === '--raw' && path !== undefined && given.length === 3) {
    return { get: path }
  }
  return given.join(' ') === 'create -f - -o json' ? 'create' : null
}

async function print(path: string, command: Kubectl): Promise<void> {
  try {
    const { status, body, reason, message } = await answerOf(path, command)
    if (status < 300) process.stdout.write(body)
    else end(1, `Error from server (${reason}): ${message}`)
  } catch {
    end(1, 'Unable to connect to the server: connection refused')
  }
}

function end(code: number, line: string): void {
  process.stderr.write(`${line}\n`)
  process.exitCode = code
}
