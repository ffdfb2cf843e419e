import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LockedPackage } from './lockfile.ts'
import { licenceOf } from './permitted.ts'
import { libopus } from './libopus.ts'

interface Inside {
  readonly what: string
  readonly licence: string
  /** The file of the package whose first comment is the text, or the text where the package forgot it. */
  readonly text: { readonly file: string } | { readonly words: string }
}

/** What packages of ours carry that is no npm package by itself, and what its licence is. */
const inside: Readonly<Record<string, Inside>> = {
  '@evan/opus': { what: 'libopus, inside @evan/opus', licence: 'BSD-3-Clause', text: { words: libopus } },
  naudiodon: { what: 'PortAudio, inside naudiodon', licence: 'MIT', text: { file: 'portaudio/include/portaudio.h' } },
}

/** The texts that have to go along with what is shipped. */
export function thirdPartyNotices(packages: readonly LockedPackage[], folder: string): string {
  const parts = packages
    .toSorted((one, other) => one.path.localeCompare(other.path))
    .flatMap((one) => {
      const place = join(folder, one.path)
      const within = inside[one.name]
      return [
        part(`${one.name} ${one.version}`, licenceOf(one), licenceText(place)),
        ...(within === undefined ? [] : [part(within.what, within.licence, textOf(within, place))]),
      ]
    })
  const head = [
    'Dialtone is made with the work of others. Here is what it contains, and under which licence.',
    'Electron brings Chromium and Node.js with it; their licences are in LICENSES.chromium.html beside the program.',
  ]
  return `${[head.join('\n'), ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

function part(what: string, licence: string, text: string | undefined): string {
  return [`${what} (${licence})`, ...(text === undefined ? [] : ['', text.trim()])].join('\n')
}

/** Undefined where it is not installed on this system, or has none. */
function licenceText(place: string): string | undefined {
  if (!existsSync(place)) return undefined
  const name = readdirSync(place).find((file) => /^(?:licen[cs]e|copying)(?:[.-].*)?$/i.test(file))
  if (name !== undefined) return readFileSync(join(place, name), 'utf8')
  const readme = readdirSync(place).find((file) => /^readme\b/i.test(file))
  const said = readme === undefined ? '' : readFileSync(join(place, readme), 'utf8')
  return /\n#+ *licen[cs]e *\n([\s\S]+)$/i.exec(said)?.[1]
}

function textOf({ text }: Inside, place: string): string | undefined {
  return 'words' in text ? text.words : firstComment(join(place, text.file))
}

function firstComment(path: string): string | undefined {
  return existsSync(path) ? /\/\*[\s\S]*?Copyright[\s\S]*?\*\//.exec(readFileSync(path, 'utf8'))?.[0] : undefined
}
