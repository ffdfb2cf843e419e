import { join } from 'node:path'
import { type LockedPackage, lockedPackages, readLockfile } from './lockfile.ts'
import { isPermitted, licenceOf } from './permitted.ts'
import { shippedPaths } from './shipped.ts'

interface Audit {
  readonly packages: readonly LockedPackage[]
  /** Paths. */
  readonly shipped: ReadonlySet<string>
  /** Those that may not come in, for people. */
  readonly faults: readonly string[]
}

/** Looks at every package that the lockfile of `folder` names. No network. */
export function audit(folder: string): Audit {
  const lockfile = readLockfile(join(folder, 'package-lock.json'))
  const packages = lockedPackages(lockfile)
  const shipped = shippedPaths(lockfile, folder)
  const faults = packages
    .filter((one) => !isPermitted(licenceOf(one), shipped.has(one.path)))
    .map((one) => `${one.name} ${one.version}: ${licenceOf(one)}${shipped.has(one.path) ? ', shipped' : ''}`)
  return { packages, shipped, faults }
}
