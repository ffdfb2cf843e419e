import { parseDigits, trimBlanks } from './grammar.ts'
import { maxMessageBytes } from './message.ts'
import { readHeaders } from './parse-headers.ts'
import { parseStartLine } from './start-line.ts'

/** What a stream is made of. */
export type Frame =
  /** One message, start line to the end of its body. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** So many CRLF between messages: keep-alives (RFC 5626 3.5.1), or what RFC 3261 7.5 bids to ignore. */
  | { readonly kind: 'line-ends'; readonly count: number }
  /** Where the next message begins cannot be known any more: the stream is of no use. Nothing follows. */
  | { readonly kind: 'broken'; readonly fault: StreamFault; readonly bytes: Uint8Array }

/** With `no-length`, `bad-length` and `too-large` the frame's bytes are the message's head, for a 400; else empty. */
type StreamFault = 'no-length' | 'bad-length' | 'too-large' | 'endless-head' | 'not-sip'

const [carriageReturn, lineFeed] = [0x0d, 0x0a]
const nothing = new Uint8Array(0)

/** Not of Node alone: the window cuts captures with it too. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Cuts a stream into messages (RFC 3261 18.3), however it was chopped up on its way: the same bytes give the same
 * frames. Linear in what it is given, and it never holds more than one message of `maxMessageBytes` and one chunk.
 */
export class StreamFramer {
  #buffer: Uint8Array = nothing
  /** What of the buffer is in use. */
  #start = 0
  #end = 0
  /** Up to where no end of a head was found. */
  #scanned = 0
  /** Of the message whose head is complete, head and body. */
  #wanted: number | undefined
  #broken = false

  /** A message has begun and is not complete. */
  get partial(): boolean {
    const first = this.#end > this.#start ? this.#buffer[this.#start] : undefined
    return first !== undefined && first !== carriageReturn
  }

  /** What it holds back, bytes. */
  get held(): number {
    return this.#end - this.#start
  }

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = []
    if (this.#broken) return frames
    this.#append(chunk)
    for (let frame = this.#next(); frame; frame = this.#next()) {
      const last = frames.at(-1)
      if (frame.kind === 'line-ends' && last?.kind === 'line-ends') {
        frames[frames.length - 1] = { kind: 'line-ends', count: last.count + frame.count }
      } else frames.push(frame)
      if (frame.kind !== 'broken') continue
      this.#broken = true
      this.#buffer = nothing
      this.#start = this.#end = 0
    }
    if (this.#start === this.#end) this.#start = this.#end = this.#scanned = 0
    return frames
  }

  #next(): Frame | undefined {
    if (this.#broken) return undefined
    if (this.#wanted === undefined) {
      const lineEnds = this.#skip()
      if (lineEnds > 0) return { kind: 'line-ends', count: lineEnds }
      const head = this.#head()
      if (typeof head !== 'number') return head
      this.#wanted = head
    }
    if (this.held < this.#wanted) return undefined
    const bytes = this.#copy(this.#wanted)
    this.#start += this.#wanted
    this.#scanned = this.#start
    this.#wanted = undefined
    return { kind: 'message', bytes }
  }

  /** Passes over what stands between messages; a CR waits for what follows it. */
  #skip(): number {
    let lineEnds = 0
    while (this.#start < this.#end) {
      const byte = this.#buffer[this.#start]
      if (byte === carriageReturn) {
        if (this.#start + 1 === this.#end) break
        const pair = this.#buffer[this.#start + 1] === lineFeed
        if (pair) lineEnds++
        this.#start += pair ? 2 : 1
      } else if (byte === lineFeed || byte === 0x20 || byte === 0x09 || byte === 0) this.#start++
      else break
    }
    this.#scanned = Math.max(this.#scanned, this.#start)
    return lineEnds
  }

  /** How long the message is going to be, once its head is there. */
  #head(): number | Frame | undefined {
    const found = this.#headEnd()
    const length = (found ?? this.#end) - this.#start
    if (length > maxMessageBytes) return { kind: 'broken', fault: 'endless-head', bytes: nothing }
    if (found === undefined) return undefined
    const bytes = this.#copy(length)
    const lines = utf8
      .decode(bytes)
      .split('\n')
      .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    const line = parseStartLine(lines[0] ?? '')
    if (!line.ok && line.code === 'not-sip') return { kind: 'broken', fault: 'not-sip', bytes: nothing }
    const body = contentLength(lines.slice(1))
    if (typeof body !== 'number') return { kind: 'broken', fault: body, bytes }
    return length + body > maxMessageBytes ? { kind: 'broken', fault: 'too-large', bytes } : length + body
  }

  /** Behind the blank line. NOTE: LF alone ends a line as well, as in datagrams. */
  #headEnd(): number | undefined {
    const buffer = this.#buffer.subarray(0, this.#end)
    for (let at = buffer.indexOf(lineFeed, this.#scanned); at >= 0; at = buffer.indexOf(lineFeed, at + 1)) {
      if (buffer[at + 1] === lineFeed) return at + 2
      if (buffer[at + 1] === carriageReturn && buffer[at + 2] === lineFeed) return at + 3
    }
    this.#scanned = Math.max(this.#start, this.#end - 2)
    return undefined
  }

  #copy(length: number): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(this.#start, this.#start + length))
  }

  #append(chunk: Uint8Array): void {
    const { held } = this
    if (held === 0) {
      this.#buffer = chunk
      this.#start = this.#scanned = 0
      this.#end = chunk.byteLength
      return
    }
    // Into a buffer of our own that doubles, so that a message in single bytes is not copied for each of them
    if (this.#end + chunk.byteLength > this.#buffer.byteLength || this.#start > 0) {
      const room = new Uint8Array(Math.max(2 * (held + chunk.byteLength), 1_024))
      room.set(this.#buffer.subarray(this.#start, this.#end))
      this.#buffer = room
      this.#scanned -= this.#start
      this.#start = 0
      this.#end = held
    }
    this.#buffer.set(chunk, this.#end)
    this.#end += chunk.byteLength
  }
}

/** RFC 3261 20.14: over a stream it must be there. Of contradicting ones none is believed (RFC 4475 3.3.9). */
function contentLength(lines: readonly string[]): number | 'no-length' | 'bad-length' {
  const { list } = readHeaders(lines)
  const values = list.filter(({ name }) => name === 'Content-Length').map(({ value }) => trimBlanks(value))
  const [first] = values
  if (first === undefined) return 'no-length'
  const length = parseDigits(first, Number.MAX_SAFE_INTEGER)
  return length === null || values.some((value) => Number(value) !== length) ? 'bad-length' : length
}
