import { userInfo } from 'node:os'

/**
 * The name of the account that this process runs as, or `uid-NUMBER` where the machine has none for it, as in a container
 * with a user id of the platform's choice (Node then throws ENOENT).
 */
export function accountName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}
