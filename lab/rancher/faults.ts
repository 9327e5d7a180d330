import type { ForcedAnswer } from './contract.ts'

/** What is wrong with the lab's Rancher at the moment; see `LabRancher` for each. */
export interface Faults {
  answerEverythingWith(answer: ForcedAnswer | null, pathPrefix?: string): void
  hang(pathPrefix: string | null): void
  forbid(pathPrefix: string | null, method?: string): void
  serveManifest(manifest: string | ((manifest: string) => string) | null): void
  forcedAnswer(path: string): ForcedAnswer | null
  isHanging(path: string): boolean
  isForbidden(method: string, path: string): boolean
  changeManifest(manifest: string): string
}

export function createFaults(): Faults {
  let forced: { readonly answer: ForcedAnswer; readonly prefix: string } | null = null
  let hanging: string | null = null
  let forbidden: { readonly prefix: string; readonly method: string | undefined } | null = null
  let served: string | ((manifest: string) => string) | null = null
  return {
    answerEverythingWith(answer, prefix = '') {
      forced = answer && { answer, prefix }
    },
    hang(pathPrefix) {
      hanging = pathPrefix
    },
    forbid(prefix, method) {
      forbidden = prefix === null ? null : { prefix, method }
    },
    serveManifest(manifest) {
      served = manifest
    },
    forcedAnswer: (path) => (forced && path.startsWith(forced.prefix) ? forced.answer : null),
    isHanging: (path) => hanging !== null && path.startsWith(hanging),
    isForbidden: (method, path) =>
      forbidden !== null &&
      path.startsWith(forbidden.prefix) &&
      (forbidden.method ?? method) === method,
    changeManifest(manifest) {
      if (served === null) return manifest
      return typeof served === 'string' ? served : served(manifest)
    },
  }
}
