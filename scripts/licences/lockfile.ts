import { readFileSync } from 'node:fs'

/** package-lock.json (version 3), as far as licences and a bill of materials need it. */

interface Entry {
  readonly name?: string
  readonly version?: string
  readonly license?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, Entry>>
}

export interface LockedPackage {
  /** `node_modules/...`, from the top of the checkout. */
  readonly path: string
  readonly name: string
  readonly version: string
  /** As its author says; undefined: not in package.json's own field. */
  readonly licence: string | undefined
  readonly integrity: string | undefined
  /** Paths of what it uses, as Node finds it. */
  readonly uses: readonly string[]
  /** It may be missing. */
  readonly optional: boolean
}

export function readLockfile(path: string): Lockfile {
  return JSON.parse(readFileSync(path, 'utf8')) as Lockfile
}

/** What others have made: our own folders are left out. */
export function lockedPackages({ packages }: Lockfile): readonly LockedPackage[] {
  return Object.entries(packages)
    .filter(([path, { link }]) => path.startsWith('node_modules/') && link !== true)
    .map(([path, entry]) => ({
      path,
      name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      licence: entry.license,
      integrity: entry.integrity,
      uses: usedBy(path, entry, packages),
      optional: entry.optional ?? false,
    }))
}

/** Where the names lead that the package at `path` (empty: the project) uses. */
export function usedBy(path: string, entry: Entry, packages: Lockfile['packages']): readonly string[] {
  const peers = Object.keys(entry.peerDependencies ?? {})
  const needed = peers.filter((name) => entry.peerDependenciesMeta?.[name]?.optional !== true)
  return [...new Set([...Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }), ...needed])]
    .map((name) => find(path, name, packages))
    .filter((found) => found !== undefined)
}

/** Node's way: the nearest node_modules that has it. */
function find(from: string, name: string, packages: Lockfile['packages']): string | undefined {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`
  if (packages[path] !== undefined) return path
  if (from === '') return undefined
  const above = from.lastIndexOf('/node_modules/')
  return find(above < 0 ? '' : from.slice(0, above), name, packages)
}
