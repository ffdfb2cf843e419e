import { Conversion } from '../audio/conversion.ts'
import type { Decoder } from '../codec/codec.ts'
import { Covering } from '../playout/covering.ts'
import { DelayEstimator } from '../playout/delay-estimator.ts'
import { longestPitch } from '../playout/pitch.ts'
import { SoundLine } from '../playout/sound-line.ts'
import { Steering } from '../playout/steering.ts'
import type { Arrival, JitterBuffer } from '../rtp/jitter-buffer.ts'
import { timestampDistance } from '../rtp/serial.ts'

/**
 * Turns packets into sound at the pace of the speaker. It plays as late as the network needs (delay-estimator), gets there by
 * leaving out or repeating pitch periods, in pauses first (steering, sound-line), and covers what is missing (covering).
 *
 * Three kinds of missing are told apart. Packets that are lost for sure, because later ones are here: covered from both sides.
 * Nothing at all is here: the sound is drawn out; what comes then and is no more than 60 ms late has been covered and is
 * left out, unless the delay is to grow anyway; what a longer stall kept back is played, and the delay taken back by and
 * by. The sender made a pause: silence.
 */

export interface Coded {
  readonly decoder: Decoder
  /** Of the sound that the decoder gives, Hz. */
  readonly rate: number
  readonly payload: Uint8Array
}

/** More than a datagram of the usual size can hold. */
export const LONGEST_PACKET_MS = 200

/** Milliseconds. */
const LEFT_OUT = 60
const GIVE_UP = 400
const REALIGN = 200
const LONGEST_COVERED = 1000
const FUTURE = 35
const MUCH = 30
const RETRY = 100
/** So long after a loss that a later packet could mend, it is waited for. */
const FORESIGHT = 10_000

interface Rates {
  /** Of the sound, Hz. */
  readonly rate: number
  /** Of the timestamps, Hz. */
  readonly clockRate: number
}

export class Playout {
  concealedMs = 0
  /** Packets lost whose sound the packet after them had as well. */
  recovered = 0
  /** Sound that was repeated or left out to change the delay. */
  stretchedMs = 0
  /** The longest stretch without the peer's sound that the network is to blame for. */
  gapMaxMs = 0
  /** How long sound waits here from its packet's arrival to its first sample, smoothed. */
  delayMs = 0

  readonly #buffer: JitterBuffer<Coded | undefined>
  #rates: Rates
  readonly #estimator = new DelayEstimator()
  readonly #steering = new Steering()
  #line: SoundLine
  /** Of packets whose sound has another rate than ours. */
  readonly #conversion = new Conversion()
  #covering: Covering | undefined
  /** Samples for which nothing was here, since the last sound. */
  #held = 0
  #packetSamples: number
  #takenAt = -Infinity
  #atOnce = 0
  #retryAt = -Infinity
  /** The timestamp that came last, and how much time the sender's clock had counted until then, milliseconds. */
  #clock: { timestamp: number; ms: number } | undefined
  /** Until when a packet is not played before the next is here. */
  #foresightUntil = -Infinity
  /** Milliseconds since sound was last heard: nothing here, idle after it; how much of both the sender paused. */
  #lost = 0
  #idle = 0
  #paused = 0
  #heard = false

  /** An entry without content is a moment without sound that is not lost (a telephone event). */
  constructor(buffer: JitterBuffer<Coded | undefined>, rates: Rates = { rate: 8000, clockRate: 8000 }) {
    this.#buffer = buffer
    this.#rates = rates
    this.#line = new SoundLine(rates.rate)
    this.#packetSamples = rates.rate / 50
  }

  /** The delay that is aimed at, from a packet's nominal arrival to its first sample, milliseconds. */
  get targetMs(): number {
    const foresight = this.#takenAt < this.#foresightUntil ? this.#ms(this.#packetSamples) : 0
    return this.#estimator.targetMs + foresight
  }

  /** Of the sound that `take` gives, Hz. */
  get rate(): number {
    return this.#rates.rate
  }

  /** The rates from now on. What the buffer has is still played; of what is being played, a few milliseconds are lost. */
  retune({ rate, clockRate }: Rates): void {
    const before = this.#rates
    if (rate === before.rate && clockRate === before.clockRate) return
    this.#rates = { rate, clockRate }
    if (rate === before.rate) return
    this.#line = new SoundLine(rate)
    this.#covering = undefined
    this.#held = Math.round((this.#held * rate) / before.rate)
    this.#packetSamples = Math.round((this.#packetSamples * rate) / before.rate)
  }

  put(packet: Arrival<Coded | undefined>, now: number): void {
    if (!this.#buffer.put(packet, now) && this.#buffer.position === undefined) return
    this.#clock ??= { timestamp: packet.timestamp, ms: 0 }
    const sent = this.#sentAt(packet.timestamp)
    if (!this.#estimator.arrived(sent, now)) this.#steering.reset()
    this.#clock = { timestamp: packet.timestamp, ms: sent }
  }

  /** Fills `frame` with the sound of this moment. */
  take(frame: Int16Array, now: number): void {
    const wanted = frame.length
    if (!this.#buffer.playing && !this.#begin(wanted, now)) return this.#rest(frame)
    // A card may ask for two frames at once; more are asked for to catch up, and tell nothing of the delay.
    this.#atOnce = now - this.#takenAt > this.#ms(wanted) / 2 ? 1 : this.#atOnce + 1
    const paced = this.#atOnce <= 2
    this.#takenAt = now
    // What a stall of the network left behind is taken back twice as fast.
    if (paced && this.#held === 0 && this.#steer(wanted, now)) this.#steer(wanted, now)
    while (this.#line.ahead < wanted) this.#fetch(wanted - this.#line.ahead, wanted, now)
    this.#line.pull(frame)
  }

  reset(): void {
    this.#line.clear()
    this.#estimator.reset()
    this.#steering.reset()
    this.#clock = undefined
    this.#covering = undefined
    this.#held = 0
    this.#heard = false
    this.#lost = 0
    this.#idle = 0
    this.#paused = 0
  }

  #begin(wanted: number, now: number): boolean {
    const { first } = this.#buffer
    if (!first) return false
    const delay = now - this.#sentAt(first.timestamp) - this.#estimator.fastest
    const waited = now - first.arrivedAt
    const target = this.targetMs
    if (waited < target && delay - this.#ms(wanted - gcd(wanted, this.#packetSamples)) < target) return false
    this.#notePause(Math.max(0, this.#ms(this.#toSound(this.#buffer.gap))))
    this.#buffer.playing = true
    this.#buffer.align()
    this.#steering.reset()
    this.#covering = undefined
    this.#held = 0
    return true
  }

  #rest(frame: Int16Array): void {
    const missing = frame.length - this.#line.ahead
    if (missing > 0) {
      if (this.#heard) this.#idle += this.#ms(missing)
      this.#line.append(this.#covering?.read(missing) ?? new Float32Array(missing))
    }
    this.#line.pull(frame)
  }

  #fetch(wanted: number, frame: number, now: number): void {
    if (!this.#buffer.first) return this.#wait(wanted)
    if (this.#held > 0) this.#resume(frame, now)
    const { first, missing } = this.#buffer
    if (!first) return
    const gap = this.#toSound(this.#buffer.gap)
    if (gap <= 0) return this.#play(now)
    if (this.#ms(gap) > (missing === 0 ? REALIGN : LONGEST_COVERED)) {
      // The sender's clock jumped.
      this.#buffer.playing = false
      if (!this.#begin(frame, now)) this.#line.append(new Float32Array(wanted))
    } else if (missing === 0) {
      const silence = Math.min(gap, wanted)
      this.#line.append(new Float32Array(silence))
      this.#buffer.skip(this.#toClock(silence))
    } else this.#cover(gap, now)
  }

  /** Nothing is here. */
  #wait(samples: number): void {
    this.#covering ??= new Covering(this.#line.past, this.#rates.rate, true)
    this.#line.append(this.#covering.read(samples))
    this.#held += samples
    this.#noteMissing(samples)
    if (this.#ms(this.#held) >= GIVE_UP) {
      this.#buffer.playing = false
      this.#held = 0
    }
  }

  /** Something is here again: of what was covered meanwhile, a part was lost, and a part comes late. */
  #resume(frame: number, now: number): void {
    const lost = Math.min(Math.max(0, this.#toSound(this.#buffer.gap)), this.#held)
    if (lost > 0 && this.#mending()) this.#foresightUntil = now + FORESIGHT
    this.#notePause(this.#ms(lost))
    this.#buffer.skip(this.#toClock(lost))
    const late = this.#held - lost
    this.#held = 0
    if (late === 0) return
    const delay = this.#delay(now) - this.#ms(late)
    const needed = this.#toSamples(this.targetMs - delay) + frame - gcd(frame, this.#packetSamples)
    this.#buffer.skip(this.#toClock(Math.max(0, Math.min(late - Math.max(0, needed), this.#toSamples(LEFT_OUT)))))
    this.#steering.reset()
  }

  #play(now: number): void {
    const pcm = this.#decode(now)
    if (!pcm) return
    this.#covering?.join(pcm)
    this.#covering = undefined
    this.#line.append(pcm)
  }

  /** What is to come has the sound of what is lost as well: its decoder, if it knows what to do with that. */
  #mending(): Coded | undefined {
    const content = this.#buffer.missing > 0 ? this.#buffer.first?.content : undefined
    return content?.decoder.hasPrevious?.(content.payload) ? content : undefined
  }

  /** By the decoder, which knows most of its own sound; false: it does not. */
  #recover(samples: number, now: number): boolean {
    const content = this.#buffer.first?.content
    if (!content?.decoder.recover) return false
    const { rate } = this.#rates
    const pcm = new Int16Array((samples * content.rate) / rate)
    const known = (content.decoder.recover(content.payload, pcm) * rate) / content.rate
    const sound = Float32Array.from(this.#conversion.convert(pcm, content.rate, rate))
    this.#covering?.join(sound)
    this.#covering = undefined
    this.#line.append(sound)
    this.#buffer.skip(this.#toClock(samples))
    const madeUp = this.#ms(samples - known)
    this.concealedMs += madeUp
    this.gapMaxMs = Math.max(this.gapMaxMs, madeUp)
    if (known === 0) return true
    this.recovered++
    this.#foresightUntil = now + FORESIGHT
    return true
  }

  #cover(samples: number, now: number): void {
    if (this.#recover(samples, now)) return
    this.#buffer.skip(this.#toClock(samples))
    const parts: Float32Array[] = []
    let known = 0
    while (known < this.#toSamples(FUTURE) && this.#contiguous()) {
      const pcm = this.#decode(now)
      if (!pcm) break
      parts.push(pcm)
      known += pcm.length
    }
    const future = new Float32Array(known)
    let at = 0
    for (const part of parts) {
      future.set(part, at)
      at += part.length
    }
    this.#covering ??= new Covering(this.#line.past, this.#rates.rate, false)
    this.#line.append(this.#covering.between(samples, future))
    this.#line.append(future)
    this.#covering = undefined
    this.concealedMs += this.#ms(samples)
    this.gapMaxMs = Math.max(this.gapMaxMs, this.#ms(samples))
  }

  #contiguous(): boolean {
    return this.#buffer.first !== undefined && this.#buffer.gap <= 0
  }

  /** The sound of the first packet, less what was played of it; undefined when there is none. */
  #decode(now: number): Float32Array | undefined {
    const covered = -this.#toSound(Math.min(0, this.#buffer.gap))
    const entry = this.#buffer.take()
    if (!entry) return undefined
    const samples = this.#toSound(entry.samples)
    const pcm = this.#sound(entry.content, samples)
    this.#packetSamples = samples
    this.delayMs += (now - entry.arrivedAt + this.#ms(this.#line.ahead) - this.delayMs) / 16
    this.#noteSound()
    return Float32Array.from(covered > 0 ? pcm.subarray(Math.min(covered, samples)) : pcm)
  }

  #sound(content: Coded | undefined, samples: number): Int16Array {
    if (!content) return new Int16Array(samples)
    const { rate } = this.#rates
    const pcm = new Int16Array((samples * content.rate) / rate)
    content.decoder.decode(content.payload, pcm)
    return this.#conversion.convert(pcm, content.rate, rate)
  }

  /** Milliseconds from the nominal arrival of the next sample to now. */
  #delay(now: number): number {
    const end = this.#sentAt(this.#buffer.position ?? 0) + this.#estimator.fastest
    return now - end + this.#ms(this.#line.ahead)
  }

  /** Whether there is much more to do. */
  #steer(frame: number, now: number): boolean {
    const line = this.#line
    const grain = gcd(frame, this.#packetSamples)
    const plan = this.#steering.plan({
      delay: this.#delay(now),
      target: this.targetMs,
      grain: this.#ms(grain),
      frame: this.#ms(frame),
      over: this.#ms(line.ahead % grain),
      now,
    })
    if (!plan) return false
    const longest = longestPitch(this.#rates.rate)
    const wanted = Math.max(frame, plan.by < 0 ? 2 * Math.min(longest, this.#toSamples(-plan.by)) : longest)
    while (line.ahead < wanted && this.#contiguous()) this.#play(now)
    const quiet = line.isQuiet(wanted)
    if (!quiet && (plan.correlation === undefined || now < this.#retryAt)) return false
    const correlation = plan.correlation ?? 1
    const changed =
      plan.by < 0
        ? -line.shorten(this.#toSamples(-plan.by), correlation, quiet)
        : line.lengthen(Math.max(this.#toSamples(plan.by), quiet ? 0 : longest), correlation, quiet)
    // Looking for a period costs more than all else; sound that has none now has none in a moment.
    if (changed === 0) this.#retryAt = now + (plan.by < -MUCH ? 0 : RETRY)
    this.stretchedMs += Math.abs(this.#ms(changed))
    this.#steering.changed(this.#ms(changed))
    return changed !== 0 && plan.by < -MUCH
  }

  #noteMissing(samples: number): void {
    this.concealedMs += this.#ms(samples)
    this.#lost += this.#ms(samples)
  }

  /** Time that the sender counted and no packet is missing of: a pause it made itself, which is no gap. */
  #notePause(ms: number): void {
    if (this.#buffer.missing === 0) this.#paused += ms
  }

  #noteSound(): void {
    const gap = this.#lost + this.#idle - this.#paused
    if (this.#heard) this.gapMaxMs = Math.max(this.gapMaxMs, gap)
    this.#heard = true
    this.#lost = 0
    this.#idle = 0
    this.#paused = 0
  }

  #sentAt(timestamp: number): number {
    if (!this.#clock) return 0
    return this.#clock.ms + (timestampDistance(timestamp, this.#clock.timestamp) * 1000) / this.#rates.clockRate
  }

  #ms(samples: number): number {
    return (samples * 1000) / this.#rates.rate
  }

  #toSamples(ms: number): number {
    return Math.round((ms * this.#rates.rate) / 1000)
  }

  #toSound(units: number): number {
    return Math.round((units * this.#rates.rate) / this.#rates.clockRate)
  }

  #toClock(samples: number): number {
    return Math.round((samples * this.#rates.clockRate) / this.#rates.rate)
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
