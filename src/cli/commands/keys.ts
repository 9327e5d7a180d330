import { mkdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { newKeyPair } from '../../config/index.ts'
import { asFailure, Failure } from '../../recovery/index.ts'
import type { AddCommand, Context } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { writeNewFile } from '../write-file.ts'

const SIGNING_KEY = 'signing-key.pem'
const VERIFY_KEY = 'verify-key.pem'

export const addKeys: AddCommand = (program, perform) => {
  program
    .command('keys')
    .description('make the key pair for a bot and workers that run apart')
    .option('--output <folder>', 'where to write the two files', '.')
    .action(({ output }: { readonly output: string }) =>
      perform((context) => writeKeys(context, output)),
    )
}

async function writeKeys({ output }: Context, folder: string): Promise<ExitCode> {
  const pair = newKeyPair()
  const signingKey = join(folder, SIGNING_KEY)
  const verifyKey = join(folder, VERIFY_KEY)
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw unwritable(folder, error)
  })
  await writeKey(signingKey, pair.signingKeyPem)
  try {
    await writeKey(verifyKey, pair.verifyKeyPem)
  } catch (error) {
    // Half a pair would stand in the way of the next try.
    await unlink(signingKey)
    throw error
  }
  output.record({ signingKey, verifyKey })
  output.say(
    `Wrote ${signingKey}: for the bot only, as REAGENT_SIGNING_KEY_FILE. Keep it secret.`,
    `Wrote ${verifyKey}: for the workers, as REAGENT_VERIFY_KEY_FILE.`,
    'Both can be read by this account only (mode 0600).',
  )
  return 0
}

/** A pair in use is never replaced: workers would refuse every approval signed with the other one. */
async function writeKey(file: string, pem: string): Promise<void> {
  try {
    await writeNewFile(file, pem, { mode: 0o600, force: false })
  } catch (error) {
    if (asFailure(error).code === 'file.exists') throw new Failure('keys.exist', { file })
    throw error
  }
}

function unwritable(file: string, error: unknown): Failure {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return new Failure('file.unwritable', { file, reason }, { cause: error })
}
