import { canonicalName } from './header-name.ts'
import type { Header } from './message.ts'

/** Reading and changing header lists; nothing is changed in place. Names compare without case and by their long form. */
interface HasHeaders {
  readonly headers: readonly Header[]
}

/** The value of the first such header, or undefined. */
export function header(message: HasHeaders, name: string): string | undefined {
  return message.headers.find(named(name))?.value
}

/** The values of all of them, in order. */
export function headers(message: HasHeaders, name: string): string[] {
  return message.headers.filter(named(name)).map(({ value }) => value)
}

/** One such header in the place of the first, the others gone; at the end if there was none. */
export function setHeader(list: readonly Header[], name: string, value: string): Header[] {
  const set: Header = { name: canonicalName(name), value }
  const at = list.findIndex(named(name))
  if (at < 0) return [...list, set]
  return [...list.slice(0, at), set, ...removeHeader(list.slice(at + 1), name)]
}

export function removeHeader(list: readonly Header[], name: string): Header[] {
  const matches = named(name)
  return list.filter((candidate) => !matches(candidate))
}

/** NOTE: the lists' own names are long already (message.ts), so that only their case may differ. */
function named(name: string): (header: Header) => boolean {
  const wanted = canonicalName(name)
  const folded = wanted.toLowerCase()
  return (header) =>
    header.name === wanted || (header.name.length === wanted.length && header.name.toLowerCase() === folded)
}
