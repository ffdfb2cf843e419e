import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LockedPackage, type Lockfile, lockedPackages, usedBy } from './lockfile.ts'

/** Paths of the packages that users get: what runs, what the window's bundle takes in, and Electron. */
export function shippedPaths(lockfile: Lockfile, folder: string): ReadonlySet<string> {
  const { dependencies = {}, optionalDependencies = {} } = lockfile.packages[''] ?? {}
  const bundled = Object.fromEntries(importsOf(folder).map((name) => [name, '']))
  const packages = new Map(lockedPackages(lockfile).map((one) => [one.path, one]))
  const found = new Set<string>()
  const waiting = [
    ...usedBy('', { dependencies: { ...dependencies, ...bundled }, optionalDependencies }, lockfile.packages),
  ]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const one: LockedPackage | undefined = packages.get(path)
    if (one === undefined || found.has(path)) continue
    found.add(path)
    // Types are erased.
    waiting.push(...one.uses.filter((used) => !used.includes('node_modules/@types/')))
  }
  // Its own dependencies only fetch it.
  if (packages.has('node_modules/electron')) found.add('node_modules/electron')
  return found
}

/** Packages that the sources of the window import. */
function importsOf(folder: string): readonly string[] {
  const names = new Set<string>()
  for (const file of globSync('renderer/**/*.{ts,tsx}', { cwd: folder }))
    for (const [, name = ''] of readFileSync(join(folder, file), 'utf8').matchAll(
      /(?:from|import) '((?:@[\w-]+\/)?[\w-][\w.-]*)/g,
    ))
      names.add(name)
  return [...names]
}
