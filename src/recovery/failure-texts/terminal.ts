import type { FailureText } from './failure-text.ts'

export const terminalTexts = {
  'question.unanswered': {
    says: (f) => `${f.message}`,
    nextStep: (f) => `${f.nextStep}`,
  },
  'usage.invalid': {
    says: (f) => `${f.problem}`,
    nextStep: () => 'See `reagent --help`, or `reagent COMMAND --help` for one command.',
  },
  'file.exists': {
    says: (f) => `"${f.file}" exists already and is left as it is.`,
    nextStep: () => 'Name another file with --output, or replace this one with --force.',
  },
  'file.unwritable': {
    says: (f) => `"${f.file}" cannot be written (${f.reason}).`,
    nextStep: () => 'Name another file with --output.',
  },
  'keys.exist': {
    says: (f) =>
      `"${f.file}" exists already. Keys are never replaced, because workers would refuse what the old one signed.`,
    nextStep: () => 'Use the pair that is there, or name another folder with --output.',
  },
  'internal.unexpected': {
    says: () => 'Something happened that Reagent does not know.',
    nextStep: () => 'The operator’s log has the details under this run’s id.',
    operator:
      'The log line has the error’s name, code and first frames. At a terminal the message carries the reason itself.',
  },
} satisfies Record<string, FailureText>
