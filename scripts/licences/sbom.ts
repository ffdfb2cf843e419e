import { createHash } from 'node:crypto'
import type { LockedPackage } from './lockfile.ts'
import { licenceOf } from './permitted.ts'

/** A bill of materials: CycloneDX 1.6, JSON (ECMA-424). The same lockfile gives the same bytes. */

interface Project {
  readonly name: string
  readonly version: string
  readonly licence: string
}

export function billOfMaterials(project: Project, packages: readonly LockedPackage[], shipped: ReadonlySet<string>) {
  const root = purl(project)
  const refs = new Map(packages.map((one) => [one.path, refOf(one)]))
  const components = packages.map((one) => ({
    type: 'library',
    'bom-ref': refOf(one),
    ...named(one.name),
    version: one.version,
    // What only builds and tests is no part of the product.
    scope: !shipped.has(one.path) ? 'excluded' : one.optional ? 'optional' : 'required',
    ...(one.integrity === undefined ? {} : { hashes: [hash(one.integrity)] }),
    licenses: [said(licenceOf(one))],
    purl: purl(one),
  }))
  const dependencies = packages.map((one) => ({ ref: refOf(one), dependsOn: known(one.uses, refs) }))
  const direct = packages.filter(({ path }) => shipped.has(path) && path.lastIndexOf('node_modules/') === 0)
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(components))}`,
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': root,
        name: project.name,
        version: project.version,
        licenses: [said(project.licence)],
        purl: root,
      },
    },
    components,
    dependencies: [{ ref: root, dependsOn: direct.map(refOf) }, ...dependencies],
  }
}

/** One version may be installed in several places. */
const refOf = (one: LockedPackage) => `${purl(one)}#${one.path}`

function known(paths: readonly string[], refs: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set(paths.map((path) => refs.get(path)).filter((ref) => ref !== undefined))]
}

/** https://github.com/package-url/purl-spec, type npm. */
function purl({ name, version }: { readonly name: string; readonly version: string }): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

function named(name: string): { readonly group?: string; readonly name: string } {
  const [group, bare] = name.split('/')
  return bare === undefined || group === undefined ? { name } : { group, name: bare }
}

/** Subresource integrity (`sha512-` and base64) as CycloneDX writes it. */
function hash(integrity: string): { readonly alg: string; readonly content: string } {
  const [, bits = '', base64 = ''] = /^sha(\d+)-(\S+)/.exec(integrity) ?? []
  return { alg: bits === '1' ? 'SHA-1' : `SHA-${bits}`, content: Buffer.from(base64, 'base64').toString('hex') }
}

function said(licence: string): { readonly expression: string } | { readonly license: object } {
  if (licence === 'unknown') return { license: { name: 'unknown' } }
  return /\s/.test(licence) ? { expression: licence } : { license: { id: licence } }
}

/** Version 8 (RFC 9562 5.8): of our own making, here a hash. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
