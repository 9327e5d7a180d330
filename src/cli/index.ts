export type { CheckLine, CliParts, Terminal } from './contract.ts'
export { exitCodeOfFailure, exitCodes } from './exit-code.ts'
export { createProgram } from './program.ts'
export { runCli } from './run-cli.ts'
