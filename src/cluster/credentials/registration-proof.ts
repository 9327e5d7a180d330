import { Failure } from '../../recovery/index.ts'
import { findJson } from '../answer.ts'
import type { Connection } from '../connection.ts'
import { recordsAt, textAt } from '../json.ts'
import type { RancherSide } from './contract.ts'

const SECRETS = '/api/v1/namespaces/cattle-system/secrets'

/** Whether an agent of this cluster holds a token that Rancher accepts for that one. False also where either cannot be read. */
export async function hasRegistrationOf(
  connection: Connection,
  rancher: Pick<RancherSide, 'registrationTokens'>,
  clusterId: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const [list, accepted] = await Promise.all([
      findJson(connection, SECRETS, 'list Secrets in cattle-system', signal),
      rancher.registrationTokens(clusterId, signal),
    ])
    return recordsAt(list, 'items').some((secret) => {
      if (!textAt(secret, 'metadata', 'name')?.startsWith('cattle-credentials-')) return false
      const token = Buffer.from(textAt(secret, 'data', 'token') ?? '', 'base64').toString('utf8')
      return token !== '' && accepted.includes(token)
    })
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}
