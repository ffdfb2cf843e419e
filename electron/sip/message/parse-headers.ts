import { isToken, splitOutside, trimBlanks } from './grammar.ts'
import { canonicalName, isListHeader } from './header-name.ts'
import { maxHeaders, type Header } from './message.ts'

interface HeaderSection {
  readonly list: Header[]
  readonly notes: string[]
  readonly tooMany: boolean
}

const maxNotes = 16

/** The lines between start line and blank line as header fields: unfolded, names canonical, list headers one entry each. */
export function readHeaders(lines: readonly string[]): HeaderSection {
  const list: Header[] = []
  const notes: string[] = []
  for (const line of unfold(lines)) {
    const colon = line.indexOf(':')
    const name = trimBlanks(line.slice(0, Math.max(colon, 0)))
    if (!isToken(name)) {
      // RFC 3261 8.2: a malformed header that is not needed is no reason to refuse the request.
      if (notes.length < maxNotes) notes.push(`header line ignored: ${JSON.stringify(line.slice(0, 40))}`)
      continue
    }
    for (const header of fields(canonicalName(name), trimBlanks(line.slice(colon + 1)))) {
      if (list.length === maxHeaders) return { list, notes, tooMany: true }
      list.push(header)
    }
  }
  return { list, notes, tooMany: false }
}

/** RFC 3261 7.3.1: a line that starts with a blank goes on with the header before it; the break reads as one blank. */
function unfold(lines: readonly string[]): string[] {
  const unfolded: string[] = []
  for (const raw of lines) {
    // A CR that ends no line has no meaning in a header, and must not get one further on.
    const line = raw.includes('\r') ? raw.replaceAll('\r', ' ') : raw
    const last = unfolded.length - 1
    if (last >= 0 && /^[ \t]/.test(line)) unfolded[last] += ` ${trimBlanks(line)}`
    else unfolded.push(line)
  }
  return unfolded
}

/** RFC 3261 7.3.1: entries joined by commas mean the same as separate header fields. Empty ones mean nothing. */
function fields(name: string, value: string): Header[] {
  if (!isListHeader(name)) return [{ name, value }]
  return splitOutside(value, ',')
    .map(trimBlanks)
    .filter((entry) => entry !== '')
    .map((entry) => ({ name, value: entry }))
}
