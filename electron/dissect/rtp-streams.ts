import type { TraceMessage } from '../phone/trace-message.ts'
import { formatsOf } from '../sdp/format.ts'
import { viewOf } from './octets.ts'
import { readMessage, sdpOf } from './read-message.ts'

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
  readonly packets: number
  readonly lost: number
  readonly lossPercent: number
  readonly duplicates: number
  readonly reordered: number
  /** RFC 3550 6.4.1, in ms: at the end and at its worst. */
  readonly jitterMs: number
  readonly jitterMaxMs: number
  /** The longest time between two packets that follow each other, and where, ms. */
  readonly deltaMaxMs: number
  readonly startMs: number
  readonly endMs: number
  readonly seconds: readonly RtpSecond[]
}

/** One second of a stream. */
export interface RtpSecond {
  readonly packets: number
  readonly lossPercent: number
  readonly jitterMs: number
  readonly deltaMaxMs: number
}

const mostStreams = 1000
const mostSeconds = 36_000
/** RFC 3550 A.1: so far a number may jump and still be of the same source. */
const mostDropout = 3000

/** The streams in a capture, longest first; single packets are chance. Never throws. */
export function rtpStreams(datagrams: readonly RtpDatagram[], messages: readonly TraceMessage[]): RtpStream[] {
  const codecs = codecNames(messages)
  const streams = new Map<string, Counter>()
  for (const datagram of datagrams) {
    const head = headOf(datagram.payload)
    if (head === undefined) continue
    const key = `${datagram.from} ${datagram.to} ${head.ssrc}`
    let counter = streams.get(key)
    if (counter === undefined) {
      if (streams.size >= mostStreams) continue
      counter = new Counter(datagram, head)
      streams.set(key, counter)
    }
    counter.take(datagram.atMs, head)
  }
  return [...streams.values()]
    .map((counter) => counter.result(codecs))
    .filter(({ packets }) => packets >= 5)
    .toSorted((one, other) => other.packets - one.packets)
}

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

  constructor({ from, to, atMs }: RtpDatagram, { ssrc, sequence }: Head) {
    this.#from = from
    this.#to = to
    this.#ssrc = ssrc
    this.#startMs = this.#lastMs = atMs
    this.#base = this.#highest = sequence
  }

  take(atMs: number, { payloadType, sequence, timestamp }: Head): void {
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
    this.#highest = Math.max(before, extended)
    this.#types.set(payloadType, (this.#types.get(payloadType) ?? 0) + 1)
    const delta = atMs - this.#lastMs
    this.#lastMs = Math.max(this.#lastMs, atMs)
    if (this.#packets > 1) this.#deltaMax = Math.max(this.#deltaMax, delta)
    this.#jitterOf(atMs, timestamp, payloadType)
    const second = this.#secondAt(atMs)
    if (second === undefined) return
    second.packets += 1
    second.expected += this.#highest - before || (this.#packets === 1 ? 1 : 0)
    second.jitterMs = Math.max(second.jitterMs, this.#jitter)
    if (this.#packets > 1) second.deltaMaxMs = Math.max(second.deltaMaxMs, delta)
  }

  /** RFC 3550 A.8; keypad events keep one timestamp and say nothing of the way. */
  #jitterOf(atMs: number, timestamp: number, payloadType: number): void {
    if (payloadType >= 96 && this.#types.size > 1) return
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

  result(codecs: ReadonlyMap<string, string>): RtpStream {
    const expected = this.#highest - this.#base + 1
    const lost = Math.max(0, expected - this.#packets)
    const [type = 0] = [...this.#types].toSorted(([, one], [, other]) => other - one)[0] ?? []
    return {
      from: this.#from,
      to: this.#to,
      ssrc: this.#ssrc.toString(16).padStart(8, '0'),
      codec: codecs.get(`${this.#to} ${type}`) ?? codecs.get(` ${type}`) ?? staticNames[type] ?? String(type),
      packets: this.#packets,
      lost,
      lossPercent: expected > 0 ? (100 * lost) / expected : 0,
      duplicates: this.#duplicates,
      reordered: this.#reordered,
      jitterMs: this.#jitter,
      jitterMaxMs: this.#jitterMax,
      deltaMaxMs: this.#deltaMax,
      startMs: this.#startMs,
      endMs: this.#lastMs,
      seconds: this.#seconds.map(({ packets, expected, jitterMs, deltaMaxMs }) => ({
        packets,
        lossPercent: expected > 0 ? Math.max(0, (100 * (expected - packets)) / expected) : 0,
        jitterMs,
        deltaMaxMs,
      })),
    }
  }
}

/** Of the codecs that are spoken here; G.722 says 8000 as well (RFC 3551 4.5.2). */
const clockRate = 8000
const staticNames: Readonly<Record<number, string>> = {
  0: 'PCMU',
  3: 'GSM',
  8: 'PCMA',
  9: 'G722',
  13: 'CN',
  18: 'G729',
}

/** By where the packets go and their type, and by the type alone. */
function codecNames(messages: readonly TraceMessage[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const message of messages) {
    const session = sdpOf(readMessage(message))
    for (const section of session?.media ?? []) {
      const address = section.connection?.address ?? session?.connection?.address ?? ''
      for (const { payloadType, encoding } of formatsOf(section)) {
        names.set(`${address}:${section.port} ${payloadType}`, encoding)
        if (!names.has(` ${payloadType}`)) names.set(` ${payloadType}`, encoding)
      }
    }
  }
  return names
}
