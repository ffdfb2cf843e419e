import { contractReference } from './contract-reference.ts'

/** Files of the repository that are made from sources: path -> content. A test compares; `npm run docs` writes. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([['docs/contract.md', contractReference()]])
}
