import { certificates } from './certificates.ts'
import { everyday } from './everyday.ts'
import { kubernetes } from './kubernetes.ts'
import type { LineMeaning } from './line-meaning.ts'
import { rancherServer } from './rancher-server.ts'
import { startScript } from './start-script.ts'
import { tunnel } from './tunnel.ts'

/** Every kind of line that is known. The first that matches counts, so those that say more come first. */
export const lineMeanings: readonly LineMeaning[] = [
  ...startScript,
  ...kubernetes,
  ...rancherServer,
  ...certificates,
  ...tunnel,
  ...everyday,
]

export type { LineMeaning, Writer } from './line-meaning.ts'
