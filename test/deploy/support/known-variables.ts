import { readdirSync } from 'node:fs'
import { REPOSITORY, readText } from './repository.ts'

/**
 * Every environment variable that the configuration reads: those of `env.NAME`, and those of `secretFrom(env, 'NAME', …)` also
 * as `NAME_FILE`.
 */
export function knownVariables(): ReadonlySet<string> {
  const code = readdirSync(`${REPOSITORY}src/config`)
    .map((file) => readText(`src/config/${file}`))
    .join('\n')
  const plain = [...code.matchAll(/\benv\.([A-Z][A-Z_]+)/g)].map(([, name = '']) => name)
  const secrets = [...code.matchAll(/secretFrom\(env, '([A-Z_]+)'/g)].map(([, name = '']) => name)
  return new Set([...plain, ...secrets, ...secrets.map((name) => `${name}_FILE`)])
}
