import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }
import { audit } from './licences/audit.ts'
import { thirdPartyNotices } from './licences/notices.ts'
import { licenceOf } from './licences/permitted.ts'
import { billOfMaterials } from './licences/sbom.ts'

/**
 * `npm run licences`: checks the licence of every package, and writes into out/licences a bill of materials and the
 * texts that go along with what is shipped. Exit code 1 when a licence may not come in.
 */

const checkout = fileURLToPath(new URL('../', import.meta.url))
const folder = join(checkout, 'out', 'licences')
const { packages, shipped, faults } = audit(checkout)
const ours = packages.filter(({ path }) => shipped.has(path))
mkdirSync(folder, { recursive: true })
const bill = billOfMaterials({ ...manifest, licence: manifest.license }, packages, shipped)
writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill, undefined, 2)}\n`)
writeFileSync(join(folder, 'THIRD-PARTY-LICENCES.txt'), thirdPartyNotices(ours, checkout))

const count = Map.groupBy(ours, licenceOf)
for (const [licence, group] of [...count].sort((one, other) => other[1].length - one[1].length))
  console.log(`${String(group.length).padStart(5)}  ${licence}`)
console.log(`${ours.length} packages are shipped, ${packages.length - ours.length} only build and test; see ${folder}`)
for (const fault of faults) console.log(`Not permitted: ${fault}`)
process.exitCode = faults.length > 0 ? 1 : 0
