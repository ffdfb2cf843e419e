import { codecByName, type Codec, type Encoder } from '../codec/codec.ts'
import type { DtmfWay, SessionConfig, StreamPosition } from '../protocol.ts'
import { RTP_HEADER_BYTES, writeRtpHeader } from '../rtp/packet.ts'
import type { Sequencer } from '../rtp/sequencer.ts'
import { writeTelephoneEvent } from '../rtp/telephone-event.ts'
import { DtmfQueue } from './dtmf-queue.ts'
import { SilenceSuppression } from './silence-suppression.ts'
import { ToneQueue } from './tone-queue.ts'

/** A stream that was given up for another one: its clock goes on until the peer is told. */
export interface LeftStream {
  readonly ssrc: number
  readonly clockRate: number
  readonly packets: number
  readonly octets: number
  timestamp: number
}

/** Streams left that nobody was told of yet. */
const MOST_LEFT = 4

/** Frames in, RTP packets out: packetizes, encodes, numbers; digits take the place of sound. */
export class OutgoingStream {
  packets = 0
  /** Payload bytes. */
  octets = 0
  /** Sound in the packets sent, milliseconds. */
  sentMs = 0

  #sequencer: Sequencer
  readonly #another: () => Sequencer
  readonly #emit: (datagram: Uint8Array) => void
  readonly #dtmf = new DtmfQueue()
  readonly #tones = new ToneQueue()
  readonly #silence = new SilenceSuppression()
  /** What was sent before the stream of now. */
  #before = { packets: 0, octets: 0 }
  #left: LeftStream[] = []
  #config: SessionConfig | undefined
  #codec: Codec = codecByName('PCMU')
  #encoder: Encoder = this.#codec.encoder()
  #pcm = new Int16Array(160)
  #filled = 0
  /** The next packet begins a talkspurt (RFC 3551 4.1). */
  #marker = true

  /** `another`: what numbers the packets where the stream has to be another one. */
  constructor(sequencer: Sequencer, another: () => Sequencer, emit: (datagram: Uint8Array) => void) {
    this.#sequencer = sequencer
    this.#another = another
    this.#emit = emit
  }

  get ssrc(): number {
    return this.#sequencer.ssrc
  }

  get position(): StreamPosition {
    return this.#sequencer.position
  }

  /** The timestamp of this moment. */
  get timestamp(): number {
    return (this.#sequencer.timestamp + this.#units(this.#filled)) >>> 0
  }

  /** Of the stream of now (RFC 3550 6.4.1: the counts begin anew with the SSRC). */
  get streamCounts(): { readonly packets: number; readonly octets: number } {
    return { packets: this.packets - this.#before.packets, octets: this.octets - this.#before.octets }
  }

  /** What was left since this was asked last. */
  takeLeft(): readonly LeftStream[] {
    const left = this.#left
    this.#left = []
    return left
  }

  /** Of the sound and of the timestamps, Hz. */
  get rates(): Pick<Codec, 'rate' | 'clockRate'> {
    return this.#codec
  }

  get codecName(): string {
    return this.#codec.name
  }

  configure(config: SessionConfig): void {
    const codec = codecByName(config.codec)
    const samples = (codec.packetMs(config.ptimeMs) * codec.rate) / 1000
    if (samples !== this.#pcm.length || codec.rate !== this.#codec.rate) {
      this.#advance((this.#filled * 1000) / this.#codec.rate)
      this.#filled = 0
      this.#pcm = new Int16Array(samples)
    }
    // RFC 7160 4.1: nobody could read the timestamps of two clocks as one count.
    if (this.#config && codec.clockRate !== this.#codec.clockRate) this.#leaveStream()
    if (codec !== this.#codec || !sameOpus(config, this.#config)) this.#encoder = codec.encoder(config)
    this.#codec = codec
    this.#config = config
    if (!config.sending || !config.telephoneEvent) this.#dtmf.abort()
    if (!config.sending) this.#tones.abort()
  }

  /** What the source has for this moment; held, time passes and nothing leaves. */
  send(frame: Int16Array): void {
    if (!this.#config?.sending) return this.skip((frame.length * 1000) / this.#codec.rate)
    for (let at = 0; at < frame.length;) {
      const part = frame.subarray(at, at + this.#pcm.length - this.#filled)
      this.#pcm.set(part, this.#filled)
      // Keys are pressed on purpose, also while muted.
      this.#tones.fill(this.#pcm.subarray(this.#filled, this.#filled + part.length), this.#codec.rate)
      this.#filled += part.length
      at += part.length
      if (this.#filled === this.#pcm.length) this.#packet(this.#config)
    }
  }

  /** The peer misses so many of the packets, percent. */
  expectLoss(percent: number): void {
    this.#encoder.expectLoss?.(percent)
  }

  /** Time passed without a packet: the timestamp stays true, and what follows begins a talkspurt. */
  skip(ms: number): void {
    this.#advance(ms + (this.#filled * 1000) / this.#codec.rate)
    this.#filled = 0
    this.#marker = true
  }

  dtmf(digits: string, durationMs: number, way: DtmfWay, tell: (ok: boolean) => void): void {
    if (!this.#config?.sending) tell(false)
    else if (way === 'inband') this.#tones.add(digits, durationMs, tell)
    else if (this.#config.telephoneEvent) this.#dtmf.add(digits, durationMs, tell)
    else tell(false)
  }

  close(): void {
    this.#dtmf.abort()
    this.#tones.abort()
  }

  #packet(config: SessionConfig): void {
    const { timestamp } = this.#sequencer
    const ms = (this.#pcm.length * 1000) / this.#codec.rate
    const { clockRate } = this.#codec
    const eventRate = config.telephoneEvent?.clockRate ?? 8000
    const event = config.telephoneEvent && this.#dtmf.step(timestamp, ms, { clockRate, eventRate })
    if (event && config.telephoneEvent) {
      const payload = writeTelephoneEvent(event.payload)
      const datagram = new Uint8Array(RTP_HEADER_BYTES + payload.length)
      datagram.set(payload, RTP_HEADER_BYTES)
      this.#leave(datagram, event.marker, config.telephoneEvent.send, event.timestamp)
    } else if (!config.suppressSilence || this.#talks(config, timestamp)) {
      // A codec of this phone never needs more than a byte a sample.
      const datagram = new Uint8Array(RTP_HEADER_BYTES + this.#pcm.length)
      const length = this.#encoder.encode(this.#pcm, datagram.subarray(RTP_HEADER_BYTES))
      const whole = datagram.subarray(0, RTP_HEADER_BYTES + length)
      this.#leave(whole, this.#marker, config.payloadType, timestamp)
      this.#marker = false
    }
    this.sentMs += ms
    this.#filled = 0
    this.#advance(ms)
  }

  #advance(ms: number): void {
    this.#sequencer.advance((ms * this.#codec.clockRate) / 1000)
    for (const left of this.#left) left.timestamp = (left.timestamp + (ms * left.clockRate) / 1000) >>> 0
  }

  /** Before the codec is another one. */
  #leaveStream(): void {
    const { ssrc, streamCounts, timestamp } = this
    if (streamCounts.packets > 0) {
      this.#left = [...this.#left, { ssrc, clockRate: this.#codec.clockRate, ...streamCounts, timestamp }].slice(
        -MOST_LEFT,
      )
    }
    this.#before = { packets: this.packets, octets: this.octets }
    this.#sequencer = this.#another()
    this.#marker = true
    this.#dtmf.cut()
  }

  /** Of the timestamp. */
  #units(samples: number): number {
    return (samples * this.#codec.clockRate) / this.#codec.rate
  }

  /** Whether there is something to say; else the peer is told how quiet it is. */
  #talks({ comfortNoise }: SessionConfig, timestamp: number): boolean {
    const heard = this.#silence.hear(this.#pcm, this.#codec.rate)
    if (heard.talk) return true
    this.#marker = true
    if (heard.tell === undefined || comfortNoise === undefined) return false
    const datagram = new Uint8Array(RTP_HEADER_BYTES + 1)
    datagram[RTP_HEADER_BYTES] = heard.tell
    this.#leave(datagram, false, comfortNoise, timestamp)
    return false
  }

  #leave(datagram: Uint8Array, marker: boolean, payloadType: number, timestamp: number): void {
    const sequence = this.#sequencer.nextSequence()
    writeRtpHeader(datagram, { marker, payloadType, sequence, timestamp, ssrc: this.ssrc })
    this.packets++
    this.octets += datagram.length - RTP_HEADER_BYTES
    this.#emit(datagram)
  }
}

function sameOpus({ opus: one }: SessionConfig, before: SessionConfig | undefined): boolean {
  const other = before?.opus
  if (one === undefined || other === undefined) return one === other
  const { fec, maxRate, maxBitrate, constant } = one
  return (
    fec === other.fec && maxRate === other.maxRate && maxBitrate === other.maxBitrate && constant === other.constant
  )
}
