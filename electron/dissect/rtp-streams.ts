import { codecByEncoding, isReadAnywhere } from '../../native/codec/codec.ts'
import type { TraceMessage } from '../phone/trace-message.ts'
import { parseRtp } from '../../native/rtp/packet.ts'
import { digitOfEvent, parseTelephoneEvent } from '../../native/rtp/telephone-event.ts'
import { viewOf } from './octets.ts'
import { type RtpFormat, RtpFormats } from './rtp-formats.ts'

/** An RTP packet of a capture, as far as its header says. */
export interface RtpDatagram {
  /** Milliseconds of any clock, the same for all. */
  readonly atMs: number
  readonly from: string
  readonly to: string
  readonly payload: Uint8Array
}

/** How one source of one direction was, as whoever captured it saw it. */
export interface RtpStream {
  readonly from: string
  readonly to: string
  /** Eight hexadecimal digits. */
  readonly ssrc: string
  /** As the descriptions name the payload type, else its number. */
  readonly codec: string
  /** Hz, of the timestamps. */
  readonly clockRate: number
  /** Whether it can be listened to, or why not. */
  readonly sound: RtpSound
  readonly packets: number
  readonly lost: number
  readonly lossPercent: number
  readonly duplicates: number
  readonly reordered: number
  /** The most packets that are missing in a row, as they came in. */
  readonly longestLoss: number
  /** RFC 3550 6.4.1, in ms: at the end and at its worst. */
  readonly jitterMs: number
  readonly jitterMaxMs: number
  /** The longest time between two packets that follow each other, and where, ms. */
  readonly deltaMaxMs: number
  readonly startMs: number
  readonly endMs: number
  readonly seconds: readonly RtpSecond[]
  /** Keypad events (RFC 4733), in order; the first hundred. */
  readonly events: readonly RtpEvent[]
  /** The payload type of those. */
  readonly eventType?: number
}

/** A codec of this phone that is here; packets without their payload; encrypted (RFC 3711); sound that is not read here. */
export type RtpSound = 'whole' | 'headers' | 'encrypted' | 'codec'

interface RtpEvent {
  /** When its first packet came, ms of the same clock as all. */
  readonly atMs: number
  /** `0-9*#A-D`, `!` the flash; absent where payloads were not recorded, or are encrypted. */
  readonly digit?: string
}

/** One second of a stream. */
interface RtpSecond {
  readonly packets: number
  /** By their numbers. */
  readonly expected: number
  readonly lossPercent: number
  readonly jitterMs: number
  readonly deltaMaxMs: number
}

const mostStreams = 1000
const mostSeconds = 36_000
const mostEvents = 100
/** RFC 3550 A.1: so far a number may jump and still be of the same source. */
const mostDropout = 3000

/** The streams in a capture, longest first; single packets are chance. Never throws. */
export function rtpStreams(datagrams: readonly RtpDatagram[], messages: readonly TraceMessage[]): RtpStream[] {
  const formats = new RtpFormats(messages)
  const streams = new Map<string, Counter>()
  for (const datagram of datagrams) {
    const head = headOf(datagram.payload)
    if (head === undefined) continue
    const key = `${datagram.from} ${datagram.to} ${head.ssrc}`
    let counter = streams.get(key)
    if (counter === undefined) {
      if (streams.size >= mostStreams) continue
      counter = new Counter(datagram, head, formats)
      streams.set(key, counter)
    }
    counter.take(datagram, head)
  }
  return [...streams.values()]
    .map((counter) => counter.result())
    .filter(({ packets }) => packets >= 5)
    .toSorted((one, other) => other.packets - one.packets)
}

/** What tells it from the others. */
export const isOf = (stream: RtpStream, { from, to, payload }: RtpDatagram): boolean =>
  from === stream.from &&
  to === stream.to &&
  payload.byteLength >= 12 &&
  viewOf(payload).getUint32(8) === Number.parseInt(stream.ssrc, 16)

interface Head {
  readonly payloadType: number
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
}

function headOf(payload: Uint8Array): Head | undefined {
  if (payload.byteLength < 12) return undefined
  const view = viewOf(payload)
  const second = view.getUint8(1)
  // RFC 5761 4: these are RTCP.
  if (view.getUint8(0) >> 6 !== 2 || (second >= 192 && second <= 223)) return undefined
  return {
    payloadType: second & 0x7f,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
  }
}

interface Second {
  packets: number
  expected: number
  jitterMs: number
  deltaMaxMs: number
}

class Counter {
  readonly #from: string
  readonly #to: string
  readonly #ssrc: number
  readonly #startMs: number
  readonly #types = new Map<number, number>()
  readonly #seen = new Set<number>()
  readonly #seconds: Second[] = []
  #base: number
  #highest: number
  #lastMs: number
  #lastTransit: number | undefined
  #packets = 0
  #duplicates = 0
  #reordered = 0
  #jitter = 0
  #jitterMax = 0
  #deltaMax = 0
  #longestLoss = 0
  #whole = false
  #eventType: number | undefined
  readonly #formats: RtpFormats
  readonly #encrypted: boolean
  readonly #events: { readonly timestamp: number; readonly told: RtpEvent }[] = []

  constructor({ from, to, atMs }: RtpDatagram, { ssrc, sequence }: Head, formats: RtpFormats) {
    this.#formats = formats
    this.#encrypted = formats.encrypted(from, to)
    this.#from = from
    this.#to = to
    this.#ssrc = ssrc
    this.#startMs = this.#lastMs = atMs
    this.#base = this.#highest = sequence
  }

  take(datagram: RtpDatagram, { payloadType, sequence, timestamp }: Head): void {
    const { atMs } = datagram
    // On from the highest so far, the short way round.
    const step = ((sequence - this.#highest + 0x8000) & 0xffff) - 0x8000
    const extended = this.#highest + step
    if (Math.abs(step) > mostDropout) {
      // The source has begun anew: what lies between was never sent.
      this.#base += step - 1
      this.#highest = extended
      this.#lastTransit = undefined
    }
    if (this.#seen.has(extended)) {
      this.#duplicates += 1
      return
    }
    this.#seen.add(extended)
    // Only as far back as a packet may come late.
    if (this.#seen.size > 2 * mostDropout)
      for (const old of this.#seen) if (old < extended - mostDropout) this.#seen.delete(old)
    const before = this.#highest
    this.#packets += 1
    if (extended < before) this.#reordered += 1
    else if (this.#packets > 1) this.#longestLoss = Math.max(this.#longestLoss, extended - before - 1)
    this.#highest = Math.max(before, extended)
    this.#types.set(payloadType, (this.#types.get(payloadType) ?? 0) + 1)
    const delta = atMs - this.#lastMs
    this.#lastMs = Math.max(this.#lastMs, atMs)
    if (this.#packets > 1) this.#deltaMax = Math.max(this.#deltaMax, delta)
    const format = this.#formats.of(this.#to, payloadType)
    if (/^telephone-event$/i.test(format.encoding)) {
      this.#eventType = payloadType
      this.#event(datagram, timestamp)
    } else {
      this.#whole ||= (parseRtp(datagram.payload)?.payload.byteLength ?? 0) > 0
      // A second type that nobody described is most likely that of events, too.
      const unknown = this.#types.size > 1 && format.encoding === String(payloadType)
      if (!unknown) this.#jitterOf(atMs, timestamp, format)
    }
    const second = this.#secondAt(atMs)
    if (second === undefined) return
    second.packets += 1
    second.expected += this.#highest - before || (this.#packets === 1 ? 1 : 0)
    second.jitterMs = Math.max(second.jitterMs, this.#jitter)
    if (this.#packets > 1) second.deltaMaxMs = Math.max(second.deltaMaxMs, delta)
  }

  /** Keypad events keep one timestamp, which says nothing of the way, and tells one event from the next (RFC 4733 2.2). */
  #event({ atMs, payload }: RtpDatagram, timestamp: number): void {
    if (this.#events.at(-1)?.timestamp === timestamp || this.#events.length >= mostEvents) return
    const event = this.#encrypted ? undefined : parseTelephoneEvent(parseRtp(payload)?.payload ?? new Uint8Array())
    const digit = event && digitOfEvent(event.event)
    this.#events.push({ timestamp, told: { atMs, ...(digit !== undefined && { digit }) } })
  }

  /** RFC 3550 A.8. */
  #jitterOf(atMs: number, timestamp: number, { clockRate }: RtpFormat): void {
    const transit = atMs - (timestamp / clockRate) * 1000
    const difference = this.#lastTransit === undefined ? 0 : Math.abs(transit - this.#lastTransit)
    this.#lastTransit = transit
    // A timestamp that wraps, or jumps, is no delay.
    if (difference > 5000) return
    this.#jitter += (difference - this.#jitter) / 16
    this.#jitterMax = Math.max(this.#jitterMax, this.#jitter)
  }

  #secondAt(atMs: number): Second | undefined {
    const at = Math.max(0, Math.floor((atMs - this.#startMs) / 1000))
    if (at >= mostSeconds) return undefined
    while (this.#seconds.length <= at) this.#seconds.push({ packets: 0, expected: 0, jitterMs: 0, deltaMaxMs: 0 })
    return this.#seconds[at]
  }

  result(): RtpStream {
    const expected = this.#highest - this.#base + 1
    const lost = Math.max(0, expected - this.#packets)
    const [type = 0] = [...this.#types].toSorted(([, one], [, other]) => other - one)[0] ?? []
    const { encoding, clockRate } = this.#formats.of(this.#to, type)
    return {
      from: this.#from,
      to: this.#to,
      ssrc: this.#ssrc.toString(16).padStart(8, '0'),
      codec: encoding,
      clockRate,
      sound: this.#soundOf(encoding),
      packets: this.#packets,
      lost,
      lossPercent: expected > 0 ? (100 * lost) / expected : 0,
      duplicates: this.#duplicates,
      reordered: this.#reordered,
      longestLoss: this.#longestLoss,
      jitterMs: this.#jitter,
      jitterMaxMs: this.#jitterMax,
      deltaMaxMs: this.#deltaMax,
      startMs: this.#startMs,
      endMs: this.#lastMs,
      seconds: this.#seconds.map(({ packets, expected, jitterMs, deltaMaxMs }) => ({
        packets,
        expected,
        lossPercent: expected > 0 ? Math.max(0, (100 * (expected - packets)) / expected) : 0,
        jitterMs,
        deltaMaxMs,
      })),
      events: this.#events.map(({ told }) => told),
      ...(this.#eventType !== undefined && { eventType: this.#eventType }),
    }
  }

  #soundOf(encoding: string): RtpSound {
    if (this.#encrypted) return 'encrypted'
    const codec = codecByEncoding(encoding)
    if (!codec || !isReadAnywhere(codec)) return 'codec'
    return this.#whole ? 'whole' : 'headers'
  }
}
