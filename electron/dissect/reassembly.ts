import { StreamFramer } from '../sip/message/framing.ts'
import type { IpPayload } from './ip-packet.ts'
import { bytesOf, viewOf } from './octets.ts'

/** So much may wait for what is missing, of all fragments or streams together, octets. */
const mostWaiting = 16 * 1_048_576
/** Of one stream of TCP, octets: then what is missing was not captured. */
const mostAhead = 262_144
const mostStreams = 4096

interface Parts {
  readonly parts: Map<number, Uint8Array>
  /** Known once the last one is there. */
  length: number | undefined
}

/** Puts fragments of IP packets together. Those that never become whole make room for later ones. */
export class Fragments {
  readonly #open = new Map<string, Parts>()
  #waiting = 0

  /** The whole packet, when this was the last part of it. */
  put(part: IpPayload): IpPayload | undefined {
    const { fragment, ...whole } = part
    if (fragment === undefined) return part
    const entry = this.#open.get(fragment.id) ?? { parts: new Map<number, Uint8Array>(), length: undefined }
    this.#open.set(fragment.id, entry)
    if (!entry.parts.has(fragment.offset)) this.#waiting += part.payload.byteLength
    entry.parts.set(fragment.offset, part.payload)
    if (!fragment.more) entry.length = fragment.offset + part.payload.byteLength
    const payload = joined(entry)
    if (payload) this.#forget(fragment.id, entry)
    for (const [id, oldest] of this.#open) {
      if (this.#waiting <= mostWaiting) break
      this.#forget(id, oldest)
    }
    return payload && { ...whole, payload }
  }

  #forget(id: string, { parts }: Parts): void {
    for (const { byteLength } of parts.values()) this.#waiting -= byteLength
    this.#open.delete(id)
  }
}

function joined({ parts, length }: Parts): Uint8Array | undefined {
  if (length === undefined || length > 65_535) return undefined
  const whole = new Uint8Array(length)
  let end = 0
  for (const [offset, part] of [...parts].toSorted(([one], [other]) => one - other)) {
    if (offset > end || offset + part.byteLength > length) return undefined
    whole.set(part, offset)
    end = Math.max(end, offset + part.byteLength)
  }
  return end === length ? whole : undefined
}

interface Stream {
  /** The sequence number that comes next. */
  next: number
  framer: StreamFramer
  readonly early: Map<number, Uint8Array>
  ahead: number
}

/** Puts the streams of TCP (RFC 9293) together and cuts them into SIP messages. */
export class Streams {
  readonly #streams = new Map<string, Stream>()

  /** The messages that became whole with this segment. `key` names one direction of one connection. */
  put(key: string, segment: Uint8Array): Uint8Array[] {
    const view = viewOf(segment)
    if (view.byteLength < 20) return []
    const head = (view.getUint8(12) >> 4) * 4
    const flags = view.getUint8(13)
    if (head < 20 || head > view.byteLength) return []
    const [sequence, payload] = [view.getUint32(4), bytesOf(view, head)]
    if (flags & 0x02) this.#streams.delete(key) // SYN
    if (payload.byteLength === 0) return []
    const stream = this.#streams.get(key) ?? { next: sequence, framer: new StreamFramer(), early: new Map(), ahead: 0 }
    this.#keep(key, stream)
    const messages = this.#take(stream, sequence, payload)
    if (flags & 0x05) this.#streams.delete(key) // FIN, RST
    return messages
  }

  #take(stream: Stream, sequence: number, payload: Uint8Array): Uint8Array[] {
    if (!stream.early.has(sequence)) stream.ahead += payload.byteLength
    stream.early.set(sequence, payload)
    const messages = drain(stream)
    if (stream.ahead <= mostAhead) return messages
    // What is missing was not captured: begin anew with the first that is there
    const [first] = [...stream.early.keys()].toSorted(
      (one, other) => distance(stream.next, one) - distance(stream.next, other),
    )
    stream.framer = new StreamFramer()
    stream.next = first ?? stream.next
    return [...messages, ...drain(stream)]
  }

  #keep(key: string, stream: Stream): void {
    this.#streams.delete(key)
    const [oldest] = this.#streams.size >= mostStreams ? this.#streams.keys() : []
    if (oldest !== undefined) this.#streams.delete(oldest)
    this.#streams.set(key, stream)
  }
}

/** How far `to` is ahead of `from`, negative when it is behind. */
const distance = (from: number, to: number) => (to - from) | 0

function drain(stream: Stream): Uint8Array[] {
  const messages: Uint8Array[] = []
  for (let progress = true; progress;) {
    progress = false
    for (const [sequence, payload] of stream.early) {
      const behind = -distance(stream.next, sequence)
      if (behind < 0) continue
      stream.early.delete(sequence)
      stream.ahead -= payload.byteLength
      // Sent again: what of it is new
      const fresh = payload.subarray(Math.min(behind, payload.byteLength))
      if (fresh.byteLength === 0) continue
      stream.next = (stream.next + fresh.byteLength) >>> 0
      progress = true
      for (const frame of stream.framer.push(fresh)) {
        if (frame.kind === 'message') messages.push(frame.bytes)
        else if (frame.kind === 'broken') stream.framer = new StreamFramer()
      }
    }
  }
  return messages
}
