import type { CheckLine } from './contract.ts'
import type { Check } from './perform.ts'

const WHAT = 'Configuration'

/** A configuration that was read is well. */
export function configurationCheck(read: string): Check {
  return { what: WHAT, test: async () => `${read}: read, no problem found` }
}

/**
 * One failed line for each problem of a configuration that cannot be used, each with its path (`PATH: PROBLEM`), and one that says
 * that nothing else was tested.
 */
export function configurationProblems(problems: readonly string[]): readonly CheckLine[] {
  const lines = problems.map(
    (problem): CheckLine => ({
      what: WHAT,
      status: 'failed',
      detail: problem,
      nextStep: nextStepFor(problem.split(':')[0] ?? ''),
    }),
  )
  const detail = 'not tested yet: mend the configuration first'
  return [...lines, { what: 'Everything else', status: 'skipped', detail }]
}

/** Variables that stand for a key of the file, or for the file. */
const IN_FILE: Readonly<Record<string, string>> = {
  REAGENT_CONFIG: 'Name a readable file, or write a first one with `reagent init`.',
  RANCHER_URL: 'Set rancher.url in reagent.yaml (`reagent init` writes one), or RANCHER_URL.',
  RANCHER_CA_FILE:
    'Name a readable PEM file as rancher.caFile in reagent.yaml, or as RANCHER_CA_FILE.',
}

/** Paths of the environment are names of variables, paths of the file are not. */
function nextStepFor(path: string): string {
  if (!/^[A-Z_]+$/.test(path)) {
    return 'Correct it in reagent.yaml; reagent.example.yaml shows every key.'
  }
  return IN_FILE[path] ?? `Set ${path} in the environment of this command and of Reagent.`
}
