import { type Codec, codecByEncoding, type Decoder } from '../../native/codec/codec.ts'
import { JitterBuffer } from '../../native/rtp/jitter-buffer.ts'
import { mosOf, ratingFactor } from '../../native/rtp/e-model.ts'
import { parseRtp } from '../../native/rtp/packet.ts'
import { sequenceDistance, timestampDistance } from '../../native/rtp/serial.ts'
import { type Coded, Playout } from '../../native/session/playout.ts'
import { isOf, type RtpDatagram, type RtpStream } from './rtp-streams.ts'

/**
 * A stream played as this phone plays its calls: by the same jitter buffer and concealment, from the times of arrival
 * that the capture has. Of a call of this phone it is what was heard, of another's what would have been heard here.
 */
export interface Played {
  /** Sound in a packet, ms. */
  readonly packetMs: number
  /** Packets that came too late to be played. */
  readonly late: number
  readonly concealedMs: number
  /** The longest stretch without sound of the stream, ms. */
  readonly gapMaxMs: number
  readonly rating: Rating
  /** As `RtpStream.seconds`. */
  readonly seconds: readonly PlayedSecond[]
  /** 16 bit, `soundRate`, mono; from the stream's first packet on. Only where it was asked for and the stream is whole. */
  readonly sound?: Int16Array<ArrayBuffer>
}

interface PlayedSecond {
  /** What the jitter buffer adds at its end, ms, and what it aims at. */
  readonly bufferMs: number
  readonly wantedMs: number
  readonly late: number
  readonly concealedMs: number
  /** By the E-model (ITU-T G.107) over the last `mosSeconds`; absent while nothing was expected. */
  readonly mos?: number
}

/** The sum of the E-model: `rating` = `best` - `delay` - `loss`. */
interface Rating {
  /** Whose best it begins with: G.711's also for what is not spoken here. */
  readonly codec: 'G.711' | 'G.722' | 'Opus'
  readonly best: number
  readonly delay: number
  readonly loss: number
  readonly rating: number
  readonly mos: number
  /** What went in: mouth to ear without the sound cards, ms, and packets not heard, percent. */
  readonly delayMs: number
  readonly lossPercent: number
}

interface PlayOptions {
  /** With the sound. */
  readonly sound?: boolean
  /** As RTCP tells it: half of it counts as delay. */
  readonly roundTripMs?: number
}

/** Hz. NOTE: of wide band only the part that a telephone carries is listened to here. */
export const soundRate = 8000
const mosSeconds = 10
/** A stream is played so far, s: half a minute of computing, and with sound 60 MB. */
const longestSeconds = 3600
const frameMs = 20
const framesOfSecond = 1000 / frameMs
const frameSamples = (soundRate * frameMs) / 1000
/** Longer than a datagram of the usual size can hold, ms. */
const longestPacketMs = 200
const usualPacketMs = 20
/** RFC 3389 4. */
const comfortNoise = 13

/** From the first to the last packet at once. */
export function playStream(datagrams: readonly RtpDatagram[], stream: RtpStream, options: PlayOptions = {}): Played {
  const player = new StreamPlayer(datagrams, stream, options)
  while (player.step());
  return player.result()
}

/** The same second by second, as a long call takes seconds to play. */
export class StreamPlayer {
  readonly #stream: RtpStream
  readonly #roundTripMs: number
  readonly #line: Line
  readonly #count: number
  readonly #sound: Int16Array<ArrayBuffer> | undefined
  readonly #seconds: Figures[] = []

  constructor(datagrams: readonly RtpDatagram[], stream: RtpStream, { sound = false, roundTripMs = 0 }: PlayOptions) {
    const own = datagrams.filter((datagram) => isOf(stream, datagram)).toSorted((one, other) => one.atMs - other.atMs)
    const heard = sound && stream.sound === 'whole'
    this.#stream = stream
    this.#roundTripMs = roundTripMs
    this.#count = Math.min(stream.seconds.length, longestSeconds)
    this.#sound = heard ? new Int16Array(this.#count * soundRate) : undefined
    this.#line = new Line(stream, own, heard ? codecByEncoding(stream.codec) : undefined)
  }

  /** Plays the next second; false: there is none. */
  step(): boolean {
    const at = this.#seconds.length
    if (at >= this.#count) return false
    for (let frame = 0; frame < framesOfSecond; frame++) this.#line.frame(at * framesOfSecond + frame, this.#sound)
    this.#seconds.push(this.#line.figures())
    return true
  }

  /** Of what has been played. */
  result(): Played {
    const seconds = this.#seconds
    const count = seconds.length
    const bufferMs = count > 0 ? sum(seconds, ({ bufferMs }) => bufferMs) / count : 0
    const { packetMs, gapMaxMs } = this.#line
    return {
      packetMs,
      late: sum(seconds, ({ late }) => late),
      concealedMs: sum(seconds, ({ concealedMs }) => concealedMs),
      gapMaxMs,
      rating: this.#rated(0, count, bufferMs),
      seconds: seconds.map((second, at) => {
        const from = Math.max(0, at + 1 - mosSeconds)
        const silent = this.#stream.seconds.slice(from, at + 1).every(({ expected }) => expected === 0)
        return { ...second, ...(!silent && { mos: this.#rated(from, at + 1, second.bufferMs).mos }) }
      }),
      ...(this.#sound && { sound: this.#sound }),
    }
  }

  #rated(from: number, to: number, bufferMs: number): Rating {
    const arrived = this.#stream.seconds.slice(from, to)
    const expected = sum(arrived, ({ expected }) => expected)
    const lost = expected - sum(arrived, ({ packets }) => packets)
    // What came too late is lost to the ear.
    const unheard = lost + sum(this.#seconds.slice(from, to), ({ late }) => late)
    const lossPercent = expected > 0 ? Math.min(100, Math.max(0, (100 * unheard) / expected)) : 0
    return ratingOf(
      codecByEncoding(this.#stream.codec)?.name,
      this.#line.packetMs + bufferMs + this.#roundTripMs / 2,
      lossPercent,
    )
  }
}

function ratingOf(codec: Codec['name'] | undefined, delayMs: number, lossPercent: number): Rating {
  const best = ratingFactor({ codec, delayMs: 0, lossPercent: 0 })
  const delayed = ratingFactor({ codec, delayMs, lossPercent: 0 })
  const rating = ratingFactor({ codec, delayMs, lossPercent })
  const family = codec === 'Opus' ? codec : codec === 'G722' ? 'G.722' : 'G.711'
  return {
    codec: family,
    best,
    delay: best - delayed,
    loss: delayed - rating,
    rating,
    mos: mosOf(rating),
    delayMs,
    lossPercent,
  }
}

type Figures = Omit<PlayedSecond, 'mos'>

class Line {
  readonly packetMs: number
  readonly #stream: RtpStream
  readonly #packets: readonly RtpDatagram[]
  readonly #codec: Pick<Codec, 'rate' | 'unitsOf'>
  readonly #decoder: Decoder
  readonly #buffer: JitterBuffer<Coded | undefined>
  readonly #playout: Playout
  readonly #frame = new Int16Array(frameSamples)
  readonly #units: number
  #next = 0
  #told = { late: 0, concealedMs: 0 }
  /** Of packets that claim one moment (keypad events) the first's, and how many there were. */
  #moment = { timestamp: -1, count: 0 }

  /** `codec`: undefined for silence. */
  constructor(stream: RtpStream, packets: readonly RtpDatagram[], codec: Codec | undefined) {
    const { clockRate } = stream
    this.#stream = stream
    this.#packets = packets
    this.packetMs = packetMsOf(packets, clockRate)
    this.#units = Math.max(1, Math.round((this.packetMs * clockRate) / 1000))
    this.#codec = codec ?? { rate: soundRate, unitsOf: () => this.#units }
    this.#decoder = codec?.decoder() ?? silence
    this.#buffer = new JitterBuffer(clockRate)
    this.#playout = new Playout(this.#buffer, { rate: soundRate, clockRate })
  }

  get gapMaxMs(): number {
    return this.#playout.gapMaxMs
  }

  /** Plays the frame of that number, into its place of `sound`. */
  frame(number: number, sound: Int16Array | undefined): void {
    const now = this.#stream.startMs + number * frameMs
    for (let packet = this.#packets[this.#next]; packet && packet.atMs <= now; packet = this.#packets[this.#next]) {
      this.#put(packet)
      this.#next += 1
    }
    this.#playout.take(this.#frame, now)
    sound?.set(this.#frame, number * frameSamples)
  }

  /** Since the last time. */
  figures(): Figures {
    const late = this.#buffer.late + this.#buffer.discarded
    const { concealedMs, delayMs, targetMs } = this.#playout
    const figures = {
      bufferMs: delayMs,
      wantedMs: targetMs,
      late: late - this.#told.late,
      concealedMs: concealedMs - this.#told.concealedMs,
    }
    this.#told = { late, concealedMs }
    return figures
  }

  #put({ atMs, payload: datagram }: RtpDatagram): void {
    const packet = parseRtp(datagram)
    if (packet === undefined) return
    const { sequence, timestamp, marker, payload, payloadType } = packet
    const content = this.#contentOf(payloadType, payload)
    if (content === undefined)
      this.#moment = { timestamp, count: this.#moment.timestamp === timestamp ? this.#moment.count + 1 : 0 }
    const samples = content && payload.byteLength > 0 ? this.#codec.unitsOf(payload) : this.#units
    if (samples < 1 || samples > (longestPacketMs * this.#stream.clockRate) / 1000) return
    // Each packet of a keypad event fills the moment after that of the one before (RFC 4733 2.5.1.2).
    const at = content ? timestamp : timestamp + this.#moment.count * this.#units
    this.#playout.put({ sequence, timestamp: at >>> 0, marker, samples, content }, atMs)
  }

  /** Undefined: no sound, and nothing that is missing. */
  #contentOf(payloadType: number, payload: Uint8Array): Coded | undefined {
    const pause = payloadType === this.#stream.eventType || payloadType === comfortNoise
    return pause ? undefined : { decoder: this.#decoder, rate: this.#codec.rate, payload }
  }
}

const silence: Decoder = { decode: (_, pcm) => pcm.fill(0).length }

/** Of most packets, by the steps of their timestamps. */
function packetMsOf(packets: readonly RtpDatagram[], clockRate: number): number {
  const counts = new Map<number, number>()
  let before: { readonly sequence: number; readonly timestamp: number } | undefined
  for (const { payload } of packets.slice(0, 1000)) {
    const packet = parseRtp(payload)
    if (packet === undefined) continue
    const ms = before && (timestampDistance(packet.timestamp, before.timestamp) * 1000) / clockRate
    const next = before && sequenceDistance(packet.sequence, before.sequence) === 1
    if (next && ms !== undefined && ms > 0 && ms <= longestPacketMs) counts.set(ms, (counts.get(ms) ?? 0) + 1)
    before = packet
  }
  const [most] = [...counts].toSorted(([, one], [, other]) => other - one)
  return most?.[0] ?? usualPacketMs
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0)
}
