import { execFile } from 'node:child_process'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Stage, Step } from './dockerfile.ts'
import { REPOSITORY } from './repository.ts'

const run = promisify(execFile)

/** What belongs to the base image and its users: another machine has it already, or has no use for it. */
const OF_THE_MACHINE = /^(?:apt-get|install) /
/** What changes files of the working directory only, so that it can be done anywhere. */
const IN_THE_FOLDER = /^(?:npm|find) /

/**
 * Does what a Dockerfile says without a container engine: each stage gets a folder below `folder` that stands for its root
 * directory. Gives the folder of the last stage. Rejects for a step that it cannot do, rather than leave it out.
 */
export async function performBuild(stages: readonly Stage[], folder: string): Promise<string> {
  let root = folder
  for (const stage of stages) {
    root = join(folder, stage.name)
    let directory = '/'
    for (const step of stage.steps) {
      if (step.keyword === 'WORKDIR') {
        directory = resolve(directory, step.text)
        await mkdir(join(root, directory), { recursive: true })
      } else if (step.keyword === 'COPY') {
        const from = step.flags.from === undefined ? REPOSITORY : join(folder, step.flags.from)
        await copy(step, from, join(root, resolve(directory, step.text.split(/\s+/).at(-1) ?? '')))
      } else if (step.keyword === 'RUN') {
        await perform(step.text, root, directory)
      }
    }
  }
  return root
}

async function copy({ text }: Step, from: string, target: string): Promise<void> {
  const sources = text.split(/\s+/).slice(0, -1)
  const isIntoFolder = text.endsWith('/')
  for (const source of sources) {
    await cp(join(from, source), isIntoFolder ? join(target, basename(source)) : target, {
      recursive: true,
      verbatimSymlinks: true,
    })
  }
}

async function perform(command: string, root: string, directory: string): Promise<void> {
  const [, target, link] = /^ln -s (\/\S+) (\/\S+)$/.exec(command) ?? []
  if (target !== undefined && link !== undefined) {
    await mkdir(dirname(join(root, link)), { recursive: true })
    await symlink(join(root, target), join(root, link))
  } else if (IN_THE_FOLDER.test(command)) {
    await run('sh', ['-euc', command], {
      cwd: join(root, directory),
      env: { ...process.env, npm_config_prefer_offline: 'true' },
    })
  } else if (!OF_THE_MACHINE.test(command)) {
    throw new Error(`cannot do this without a container engine: ${command}`)
  }
}
