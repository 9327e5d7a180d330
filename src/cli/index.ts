export type { CheckLine, CliParts, Terminal } from './contract.ts'
export { runCli } from './run-cli.ts'
