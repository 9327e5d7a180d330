import type { ForcedAnswer } from './contract.ts'

/** What is wrong with the lab's Rancher at the moment; see `LabRancher` for each. */
export interface Faults {
  answerEverythingWith(answer: ForcedAnswer | null): void
  hang(pathPrefix: string | null): void
  forbid(pathPrefix: string | null, method?: string): void
  serveManifest(manifest: string | ((manifest: string) => string) | null): void
  forcedAnswer(): ForcedAnswer | null
  isHanging(path: string): boolean
  isForbidden(method: string, path: string): boolean
  changeManifest(manifest: string): string
}

export function createFaults(): Faults {
  let forced: ForcedAnswer | null = null
  let hanging: string | null = null
  let forbidden: { readonly prefix: string; readonly method: string | undefined } | null = null
  let served: string | ((manifest: string) => string) | null = null
  return {
    answerEverythingWith(answer) {
      forced = answer
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
    forcedAnswer: () => forced,
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
