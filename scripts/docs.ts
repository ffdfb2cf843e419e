import { writeFileSync } from 'node:fs'
import { generatedFiles } from './docs/generated-files.ts'

/** `npm run docs`: writes what is made from the sources: the reference of the contract, and whatever else is listed. */

for (const [path, text] of generatedFiles()) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text)
  console.log(path)
}
