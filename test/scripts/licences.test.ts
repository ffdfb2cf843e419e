import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { audit } from '../../scripts/licences/audit.ts'
import { type Lockfile, lockedPackages } from '../../scripts/licences/lockfile.ts'
import { thirdPartyNotices } from '../../scripts/licences/notices.ts'
import { isPermitted } from '../../scripts/licences/permitted.ts'
import { billOfMaterials } from '../../scripts/licences/sbom.ts'

/** No network: the lockfile says what is installed, and under which licence. */

const checkout = fileURLToPath(new URL('../../', import.meta.url))
const { packages, shipped, faults } = audit(checkout)

test('every package that is shipped is under a permissive licence, every tool under an open one', () => {
  assert.deepEqual(faults, [])
})

test('what is shipped is what runs and what the window is made of', () => {
  const names = [...shipped].map((path) => path.replace('node_modules/', ''))
  for (const name of ['drachtio-srf', 'g711', 'valibot', 'ws', 'naudiodon', 'react', '@mantine/core', 'electron'])
    assert.ok(names.includes(name), name)
  for (const name of ['typescript', 'vite', 'axe-core', 'playwright-core', 'electron-builder'])
    assert.ok(!names.includes(name), name)
})

test('expressions: one of two is enough for OR, both are needed for AND, and what is unknown is refused', () => {
  for (const good of ['MIT', '(MIT OR GPL-3.0-only)', 'GPL-3.0-only OR (MIT AND ISC)', 'MIT AND (GPL-2.0 OR 0BSD)'])
    assert.ok(isPermitted(good, true), good)
  for (const bad of ['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'unknown', '', 'MIT OR', '(MIT', 'MIT)', 'MIT ISC', 'mit'])
    assert.ok(!isPermitted(bad, true), bad)
  assert.ok(isPermitted('MPL-2.0', false))
  assert.ok(!isPermitted('MPL-2.0', true))
})

test('the nearest version is found, wherever it lies', () => {
  const lockfile: Lockfile = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0', dependencies: { b: '', '@x/c': '' } },
      'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { d: '' } },
      'node_modules/b': { version: '1.0.0' },
      'node_modules/@x/c': { version: '1.0.0', dependencies: { b: '' } },
      'node_modules/d': { version: '1.0.0' },
      'native/own': { version: '1.0.0' },
      'node_modules/own': { link: true },
    },
  }
  const uses = Object.fromEntries(lockedPackages(lockfile).map(({ path, uses }) => [path, uses]))
  assert.deepEqual(uses, {
    'node_modules/a': ['node_modules/a/node_modules/b', 'node_modules/@x/c'],
    'node_modules/a/node_modules/b': ['node_modules/d'],
    'node_modules/b': [],
    'node_modules/@x/c': ['node_modules/b'],
    'node_modules/d': [],
  })
})

test('the bill of materials is CycloneDX, whole, and the same every time', () => {
  const project = { name: 'dialtone', version: '0.1.0', licence: 'MIT' }
  const bill = billOfMaterials(project, packages, shipped)
  assert.deepEqual(billOfMaterials(project, packages, shipped), bill)
  assert.match(bill.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  const refs = bill.components.map((component) => component['bom-ref'])
  assert.equal(new Set(refs).size, refs.length)
  assert.equal(refs.length, packages.length)
  const all = new Set([bill.metadata.component['bom-ref'], ...refs])
  for (const { ref, dependsOn } of bill.dependencies)
    for (const each of [ref, ...dependsOn]) assert.ok(all.has(each), each)
  const ws = bill.components.find(({ purl }) => purl.startsWith('pkg:npm/ws@'))
  assert.equal(ws?.scope, 'required')
  assert.match(ws?.purl ?? '', /^pkg:npm\/ws@\d+\.\d+\.\d+$/)
  const [hash] = ws?.hashes ?? []
  assert.equal(hash?.alg, 'SHA-512')
  assert.match(hash?.content ?? '', /^[0-9a-f]{128}$/)
  assert.equal(bill.components.find(({ purl }) => purl.startsWith('pkg:npm/typescript@'))?.scope, 'excluded')
})

test('the texts of the licences go along', () => {
  const notices = thirdPartyNotices(
    packages.filter(({ path }) => shipped.has(path)),
    checkout,
  )
  for (const part of [/^drachtio-srf \S+ \(MIT\)$/m, /^react \S+ \(MIT\)\n\n[\s\S]*?Permission is hereby granted/m])
    assert.match(notices, part)
  assert.match(notices, /^only 0\.0\.2 \(MIT\)\n\n[\s\S]*?TJ Holowaychuk/m)
})
