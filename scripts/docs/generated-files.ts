import manifest from '../../package.json' with { type: 'json' }
import { bashCompletion, fishCompletion, zshCompletion } from './completion.ts'
import { contractReference } from './contract-reference.ts'
import { manualPage } from './manual-page.ts'

/** Files of the repository that are made from sources: path -> content. A test compares; `npm run docs` writes. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/contract.md', contractReference()],
    ['assets/shell/dialtone.1', manualPage(manifest.version)],
    ['assets/shell/dialtone.bash', bashCompletion()],
    ['assets/shell/_dialtone', zshCompletion()],
    ['assets/shell/dialtone.fish', fishCompletion()],
  ])
}
