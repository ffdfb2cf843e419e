import type { LockedPackage } from './lockfile.ts'

/** Which licences may come in. SPDX names. */

/** May be given away with a program under the MIT licence, with no more than a notice. */
const permissive = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0']
/** For tools that only build and test. */
const forTools = [...permissive, 'MPL-2.0', 'CC-BY-4.0', 'Python-2.0', 'WTFPL']

/** What package.json does not say, and where it is said instead. */
const saidElsewhere: Readonly<Record<string, string>> = {
  // Its Readme.md ends with the text.
  'only@0.0.2': 'MIT',
}

export function licenceOf({ name, version, licence }: Pick<LockedPackage, 'name' | 'version' | 'licence'>) {
  return licence ?? saidElsewhere[`${name}@${version}`] ?? 'unknown'
}

export function isPermitted(licence: string, shipped: boolean): boolean {
  const names = shipped ? permissive : forTools
  return evaluate(licence, (name) => names.includes(name))
}

/** An SPDX expression of names, AND, OR and brackets (AND binds tighter); anything else is false. */
function evaluate(expression: string, permitted: (name: string) => boolean): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const either = (): boolean => {
    let good = both()
    while (tokens[at] === 'OR') {
      at += 1
      // Both sides are read, whatever the first one says.
      const other = both()
      good = good || other
    }
    return good
  }
  const both = (): boolean => {
    let good = one()
    while (tokens[at] === 'AND') {
      at += 1
      const other = one()
      good = good && other
    }
    return good
  }
  const one = (): boolean => {
    const token = tokens[at++]
    if (token !== '(') return token !== undefined && permitted(token)
    const good = either()
    return tokens[at++] === ')' && good
  }
  const good = either()
  return good && at === tokens.length
}
