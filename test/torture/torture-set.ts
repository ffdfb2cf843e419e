import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The messages of RFC 4475 and what an answer to each may be. */
interface TortureMessage {
  readonly file: string
  readonly section: string
  readonly title: string
  readonly kind: 'request' | 'response'
  /** The method, or the status of a response. */
  readonly methodOrCode: string
  readonly class: 'valid' | 'should-accept' | 'semantic' | 'invalid'
  readonly action: 'respond' | 'respond-once' | 'discard' | 'discard-stray'
  /** Whether a final or provisional answer with this status is right. */
  accepts(status: number): boolean
  readonly sha256: string
  readonly bytes: Buffer
}

const folder = fileURLToPath(new URL('rfc4475/', import.meta.url))
const samples = fileURLToPath(new URL('../sip/samples/', import.meta.url))

export function tortureSet(): TortureMessage[] {
  const [, ...rows] = readFileSync(`${folder}expectations.csv`, 'utf8').trimEnd().split(/\r?\n/).map(csvFields)
  return rows.map(
    ([file = '', section = '', title = '', kind, methodOrCode = '', level, action, accept = '', ...rest]) => ({
      file,
      section,
      title,
      kind: kind as TortureMessage['kind'],
      methodOrCode,
      class: level as TortureMessage['class'],
      action: action as TortureMessage['action'],
      accepts: (status) => accept.split('|').some((range) => inRange(status, range)),
      sha256: rest[3] ?? '',
      bytes: readFileSync(`${folder}${file}`),
    }),
  )
}

/** Messages as baresip, Linphone and Twinkle really sent them. */
export function peerSamples(): { readonly file: string; readonly bytes: Buffer }[] {
  return readdirSync(samples)
    .filter((file) => file.endsWith('.sip'))
    .sort()
    .map((file) => ({ file, bytes: readFileSync(`${samples}${file}`) }))
}

function inRange(status: number, range: string): boolean {
  const [first, last = first] = range.split('-').map(Number)
  return first !== undefined && last !== undefined && status >= first && status <= last
}

/** RFC 4180, one line. */
function csvFields(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field = '']) =>
    field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
  )
}
