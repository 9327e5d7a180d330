export { canonicalAddress, isOwnMachine, type Traces } from './addresses.ts'
export { type Explanation, explain, type LineExplanation } from './explain.ts'
export { lineMeanings } from './meanings/index.ts'
