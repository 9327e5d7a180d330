import type { CheckLine } from './contract.ts'
import type { Check } from './perform.ts'

const WHAT = 'Configuration'

/** A configuration that was read is well. */
export function configurationCheck(read: string): Check {
  return { what: WHAT, test: async () => `${read}: read, no problem found` }
}

/** One failed line for each problem of a configuration that cannot be used, each with its path: `PATH: PROBLEM`. */
export function configurationProblems(problems: readonly string[]): readonly CheckLine[] {
  return problems.map((problem) => ({
    what: WHAT,
    status: 'failed',
    detail: problem,
    nextStep: nextStepFor(problem.split(':')[0] ?? ''),
  }))
}

/** Paths of the environment are names of variables, paths of the file are not. */
function nextStepFor(path: string): string {
  if (!/^[A-Z_]+$/.test(path))
    return 'Correct it in reagent.yaml; reagent.example.yaml shows every key.'
  return path === 'REAGENT_CONFIG'
    ? 'Name a readable file, or write a first one with `reagent init`.'
    : `Set ${path} in the environment of this command and of Reagent.`
}
