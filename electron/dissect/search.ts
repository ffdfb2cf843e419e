import type { TraceMessage } from '../phone/trace-message.ts'
import { type PatternJob, PatternTimeout } from './pattern.ts'
import { addressIn, readMessage, valueOf } from './read-message.ts'

/**
 * Search in a trace: words, `field:value` and regular expressions between slashes, such as
 * `method:INVITE user:1002 code:4xx /expires=\d{2}\b/`. A message has to meet all of it.
 */
export interface Search {
  /** Words that stand beside each other in it are one text. */
  readonly terms: readonly Term[]
}

type SearchField = 'method' | 'code' | 'call-id' | 'user' | 'text'

type Term = { readonly field: SearchField } & (
  | { readonly wanted: string }
  | { readonly source: string; readonly flags: string }
)

/** Why nothing was looked for: a regular expression that is none, or one that takes too long; for people. */
export interface Refusal {
  readonly refused: 'pattern' | 'time'
  readonly why: string
}

const searchFields: readonly SearchField[] = ['method', 'code', 'call-id', 'user', 'text']

/** `/.../` with its flags, `"..."`, or up to the next blank; a field in front of it. */
const part =
  /(?:(?<field>[a-z-]{4,7}):)?(?:\/(?<source>(?:[^/\\]|\\.)+)\/(?<flags>[a-z]*)(?=\s|$)|"(?<quoted>[^"]*)"|(?<word>\S+))/giy

/** Refused is a regular expression that is none. Anything else is text that is looked for. */
export function parseSearch(written: string): Search | Refusal {
  const terms: Term[] = []
  let words = ''
  const endOfWords = () => {
    if (words !== '') terms.push({ field: 'text', wanted: words.toLowerCase() })
    words = ''
  }
  const text = written.trim()
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text.charAt(at))) {
      at += 1
      continue
    }
    part.lastIndex = at
    const found = part.exec(text)
    if (found === null) break
    at = part.lastIndex
    const { field: named, source, flags = '', quoted, word } = found.groups ?? {}
    const field = searchFields.find((one) => one === named?.toLowerCase())
    if (named !== undefined && field === undefined) words = joined(words, found[0])
    else if (source !== undefined) {
      endOfWords()
      const read = pattern(source, flags)
      if ('refused' in read) return read
      terms.push({ field: field ?? 'text', ...read })
    } else if (field !== undefined) {
      endOfWords()
      terms.push({ field, wanted: (quoted ?? word ?? '').toLowerCase() })
    } else words = joined(words, quoted ?? word ?? '')
  }
  endOfWords()
  return { terms }
}

const joined = (words: string, more: string) => (words === '' ? more : `${words} ${more}`)

/** In any case, and line by line, unless its flags say otherwise. */
function pattern(source: string, flags: string): { readonly source: string; readonly flags: string } | Refusal {
  const used = flags === '' ? 'im' : flags.replaceAll(/[gy]/g, '')
  try {
    void new RegExp(source, used)
  } catch (error) {
    return { refused: 'pattern', why: error instanceof Error ? error.message : String(error) }
  }
  return { source, flags: used }
}

/** Whether the message meets all that is no regular expression. */
export function meetsWords({ terms }: Search, message: TraceMessage): boolean {
  return terms.every((term) => !('wanted' in term) || meets(term.field, term.wanted, message))
}

function meets(field: SearchField, wanted: string, message: TraceMessage): boolean {
  switch (field) {
    case 'method':
      return message.method.toLowerCase() === wanted
    case 'code':
      // `4xx`, `4` and `48` are of all that begin so.
      return message.code !== undefined && String(message.code).startsWith(wanted.replace(/x+$/, ''))
    default:
      return valueIn(field, message).toLowerCase().includes(wanted)
  }
}

function valueIn(field: SearchField, message: TraceMessage): string {
  switch (field) {
    case 'method':
      return message.method
    case 'code':
      return String(message.code ?? '')
    case 'call-id':
      return message.sipCallId
    case 'user':
      return usersOf(message).join('\n')
    case 'text':
      return message.text
  }
}

/** Who is called, who calls: the part before the @ of the Request-URI, From and To. */
function usersOf(message: TraceMessage): string[] {
  const read = readMessage(message)
  const named = [read.uri, valueOf(read, 'From'), valueOf(read, 'To')].map(addressIn)
  return named.flatMap((address) => (address.includes('@') ? [address.slice(0, address.lastIndexOf('@'))] : []))
}

/** What a worker has to look at; undefined: there is no regular expression in it. */
function patternJobOf({ terms }: Search, messages: readonly TraceMessage[]): PatternJob | undefined {
  const patterns = terms.flatMap((term) =>
    'source' in term
      ? [{ source: term.source, flags: term.flags, texts: messages.map((one) => valueIn(term.field, one)) }]
      : [],
  )
  return patterns.length === 0 ? undefined : { patterns, count: messages.length }
}

/** Runs a job where it can be ended from outside. Rejects with a PatternTimeout. */
export type RunPatterns = (job: PatternJob) => Promise<readonly number[]>

export type Found<T> = { readonly messages: readonly T[] } | Refusal

/** Those of the messages that meet all of it. */
export async function found<T extends TraceMessage>(
  search: Search | Refusal,
  messages: readonly T[],
  run: RunPatterns,
): Promise<Found<T>> {
  if ('refused' in search) return search
  const some = messages.filter((message) => meetsWords(search, message))
  const job = patternJobOf(search, some)
  if (job === undefined) return { messages: some }
  try {
    return { messages: (await run(job)).flatMap((index) => some[index] ?? []) }
  } catch (error) {
    if (error instanceof PatternTimeout) return { refused: 'time', why: error.message }
    throw error
  }
}
