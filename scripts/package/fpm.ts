#!/usr/bin/env node
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Stands in for fpm, which electron-builder would fetch: as much of it as a deb needs (`CUSTOM_FPM_PATH`). The package
 * is made by dpkg-deb. Releases use the real one.
 */

interface FpmOrder {
  readonly options: ReadonlyMap<string, readonly string[]>
  /** `from=to`. */
  readonly files: readonly (readonly [from: string, to: string])[]
}

const switches = ['--force']

export function readOrder(args: readonly string[]): FpmOrder {
  const options = new Map<string, string[]>()
  const files: (readonly [string, string])[] = []
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    if (!word.startsWith('-')) {
      const cut = word.lastIndexOf('=')
      files.push([word.slice(0, cut), word.slice(cut + 1)])
      continue
    }
    if (switches.includes(word)) continue
    options.set(word, [...(options.get(word) ?? []), args[++at] ?? ''])
  }
  return { options, files }
}

/** The file `control` (deb-control(5)). `installedKiB` is what it will take of a disk. */
export function controlFile({ options }: FpmOrder, installedKiB: number): string {
  const one = (name: string) => options.get(name)?.at(-1) ?? ''
  const many = (name: string) => (options.get(name) ?? []).join(', ')
  const [summary = '', ...rest] = one('--description')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const fields: readonly (readonly [string, string])[] = [
    ['Package', one('--name')],
    ['Version', one('--version')],
    ['Architecture', one('--architecture')],
    ['Maintainer', one('--maintainer')],
    ['Installed-Size', String(installedKiB)],
    ['Depends', many('-d')],
    ['Recommends', many('--deb-recommends')],
    ['Section', one('--category') === '' ? 'comm' : one('--category')],
    ['Priority', one('--deb-priority')],
    ['Homepage', one('--url')],
    ['Description', [summary, ...rest.map((line) => ` ${line}`)].join('\n')],
  ]
  return `${fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n`
}

function buildDeb(order: FpmOrder): void {
  const root = mkdtempSync(join(tmpdir(), 'dialtone-deb-'))
  try {
    for (const [from, to] of order.files) {
      const target = join(root, to)
      mkdirSync(dirname(target), { recursive: true })
      cpSync(from, target, { recursive: true, verbatimSymlinks: true })
    }
    const control = join(root, 'DEBIAN')
    const size = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
    mkdirSync(control)
    writeFileSync(join(control, 'control'), controlFile(order, Math.ceil(size / 1024)))
    for (const [option, name] of [
      ['--after-install', 'postinst'],
      ['--after-remove', 'postrm'],
    ] as const) {
      const [script] = order.options.get(option) ?? []
      if (script === undefined) continue
      cpSync(script, join(control, name))
      chmodSync(join(control, name), 0o755)
    }
    // What was made under a strict umask is to be read by everybody.
    execFileSync('chmod', ['-R', 'u+rwX,go+rX,go-w', root])
    const [artifact = ''] = order.options.get('--package') ?? []
    execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Zxz', '-z1', root, artifact], { stdio: 'inherit' })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) buildDeb(readOrder(process.argv.slice(2)))
