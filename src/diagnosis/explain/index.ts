export type { Traces } from './addresses.ts'
export { type Explanation, explain, type LineExplanation } from './explain.ts'
export { findOwners, type Owner, type Owners } from './find-owners.ts'
export { lineMeanings } from './meanings/index.ts'
