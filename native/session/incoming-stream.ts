import { ComfortNoise } from '../audio/comfort-noise.ts'
import { DtmfDetector } from '../audio/dtmf-detector.ts'
import { Conversion } from '../audio/conversion.ts'
import { codecByName, type Codec } from '../codec/codec.ts'
import type { CodecName, DtmfWay, SessionConfig } from '../protocol.ts'
import { JitterBuffer } from '../rtp/jitter-buffer.ts'
import type { RtpPacket } from '../rtp/packet.ts'
import { SourceStats } from '../rtp/source-stats.ts'
import { LINE_RATE, Timeline } from '../rtp/timeline.ts'
import { digitOfEvent, parseTelephoneEvent } from '../rtp/telephone-event.ts'
import { TelephoneEventReceiver } from '../rtp/telephone-event-receiver.ts'
import { LONGEST_PACKET_MS, Playout, type Coded } from './playout.ts'
import { ReceivedDigits } from './received-digits.ts'

/** RTP packets of the peer in, sound and digits out. */
export class IncomingStream {
  readonly buffer = new JitterBuffer<Coded | undefined>(LINE_RATE)
  readonly playout = new Playout(this.buffer, { rate: 8000, clockRate: LINE_RATE })
  /** The source that is heard now (RFC 3550 8.2: one a session, as only one peer was negotiated). */
  source: SourceStats | undefined
  codecName: CodecName | undefined

  readonly #events = new TelephoneEventReceiver()
  readonly #tones = new DtmfDetector()
  readonly #digits: ReceivedDigits
  readonly #noise = new ComfortNoise()
  /** To what the detector of tones works with. */
  readonly #narrow = new Conversion()
  /** Of the source that is heard now. */
  #decoders = new Map<Codec, Coded['decoder']>()
  /** Sound has come since the last comfort noise. */
  #talking = false
  #config: SessionConfig | undefined
  /** Another SSRC is believed at its second packet in sequence; the first one waits here. */
  #candidate: { readonly stats: SourceStats; readonly packet: RtpPacket; readonly arrivedAt: number } | undefined
  /** Of the sources that were heard before. */
  #before = { received: 0, lost: 0 }
  #packetMs = 20
  #timeline = new Timeline()
  /** Of the sound that came last, Hz: events and noise lie between its packets, and their timestamps are of its count. */
  #clockRate = 8000
  /** The event that was last moved on, and where its packets lie in time. */
  #event = { timestamp: -1, at: 0, duration: 0 }

  constructor(onDigit: (digit: string, way: DtmfWay) => void) {
    this.#digits = new ReceivedDigits(onDigit)
  }

  /** Packets received and lost so far, all sources; duplicates count once. */
  get counts(): { readonly received: number; readonly lost: number } {
    const received = this.#before.received + (this.source?.received ?? 0)
    const lost = this.#before.lost + (this.source?.lostEver ?? 0)
    return { received: Math.max(0, received - this.buffer.duplicates), lost }
  }

  get packetMs(): number {
    return this.#packetMs
  }

  configure(config: SessionConfig): void {
    if (this.#config?.receiving !== config.receiving) this.#anew()
    this.#config = config
    const { rate, clockRate } = codecByName(config.codec)
    this.playout.retune({ rate, clockRate: LINE_RATE })
    if (!this.source) this.#clockRate = clockRate
  }

  /** Whether it is a packet of a type that was agreed on, which is the least a stranger's must be. */
  expects(packet: RtpPacket): boolean {
    const config = this.#config
    if (!config) return false
    const { payloadType } = packet
    if (payloadType in config.receivePayloadTypes || payloadType === config.telephoneEvent?.receive) return true
    return this.#isNoise(payloadType)
  }

  receive(packet: RtpPacket, now: number): void {
    if (!this.#config?.receiving || !this.expects(packet)) return
    if (this.source?.ssrc === packet.ssrc || (!this.source && !this.#candidate)) {
      if (!this.source) this.#anew()
      this.source ??= new SourceStats(packet.ssrc, this.#clockRate)
      if (this.source.update(packet.sequence)) this.#play(packet, now)
      return
    }
    if (this.#candidate?.stats.ssrc !== packet.ssrc) {
      const stats = new SourceStats(packet.ssrc, this.#clockRate)
      stats.update(packet.sequence)
      this.#candidate = { stats, packet, arrivedAt: now }
      return
    }
    const { stats, packet: first, arrivedAt } = this.#candidate
    this.#candidate = undefined
    if (packet.sequence !== ((first.sequence + 1) & 0xffff)) return
    this.#leave()
    this.#anew()
    this.source = stats
    stats.update(packet.sequence)
    this.#play(first, arrivedAt)
    this.#play(packet, now)
  }

  /** Fills `frame` with the sound of this moment; silence while held. */
  take(frame: Int16Array, now: number): void {
    if (!this.#config?.receiving) {
      frame.fill(0)
      return
    }
    const { concealedMs } = this.playout
    this.playout.take(frame, now)
    // What was made up to hide a loss is no evidence of a tone, nor of its end.
    const narrow = this.#narrow.convert(frame, this.playout.rate, 8000)
    if (this.playout.concealedMs > concealedMs) this.#tones.miss(narrow.length)
    else for (const digit of this.#tones.hear(narrow)) this.#digits.tone(digit, now)
    if (this.#noise.on) this.#comfort(frame)
  }

  /** The peer said BYE (RFC 3550 6.6): its next source is believed at once. */
  bye(ssrc: number): void {
    if (this.source?.ssrc !== ssrc) return
    this.#leave()
    this.source = undefined
  }

  #play(packet: RtpPacket, now: number): void {
    const { sequence, timestamp, marker, payload } = packet
    if (packet.payloadType === this.#config?.telephoneEvent?.receive) return this.#event4733(packet, now)
    const name = this.#config?.receivePayloadTypes[packet.payloadType]
    if (!name) return this.#hush(packet, now)
    this.#talking = true
    const codec = codecByName(name)
    const samples = codec.unitsOf(payload)
    const ms = (samples * 1000) / codec.clockRate
    // An empty packet keeps a NAT open, nothing else.
    if (samples < 1 || ms > LONGEST_PACKET_MS) return
    this.codecName = name
    this.#packetMs = ms
    this.#clockRate = codec.clockRate
    this.source?.retime(codec.clockRate)
    this.source?.arrived(timestamp, now)
    const content = this.#coded(codec, payload)
    this.playout.put({ ...this.#place(sequence, timestamp, ms), sequence, marker, content }, now)
  }

  /** RFC 3389 4: 13, also from those who never said that they would send it. */
  #isNoise(payloadType: number): boolean {
    return payloadType === (this.#config?.comfortNoise ?? 13)
  }

  /** Its packet fills its moment in the buffer, so that none is concealed. */
  #hush({ sequence, timestamp, payload }: RtpPacket, now: number): void {
    this.#noise.hear(payload)
    this.#talking = false
    const place = this.#place(sequence, timestamp, this.#packetMs)
    this.buffer.put({ ...place, sequence, marker: false, content: undefined }, now)
  }

  /** On the line that the clocks of all codecs have in common. */
  #place(sequence: number, timestamp: number, ms: number) {
    const units = (ms * this.#clockRate) / 1000
    const at = this.#timeline.place(sequence, timestamp, this.#clockRate, units)
    return { timestamp: at, samples: (ms * LINE_RATE) / 1000 }
  }

  /** Noise where nothing comes; what came before it may still wait in the buffer. */
  #comfort(frame: Int16Array): void {
    if (frame.every((sample) => sample === 0)) this.#noise.fill(frame)
    else if (this.#talking) this.#noise.stop()
  }

  /** RFC 4733: told once; its packets fill their moments in the buffer, so that none is concealed. */
  #event4733({ sequence, timestamp, payload }: RtpPacket, now: number): void {
    const event = parseTelephoneEvent(payload)
    if (!event) return
    const eventRate = this.#config?.telephoneEvent?.clockRate ?? 8000
    const clocks = { clockRate: this.#clockRate, eventRate }
    this.#digits.event(digitOfEvent(this.#events.receive(timestamp, event, clocks) ?? -1), now)
    const { timestamp: begin, samples } = this.#place(sequence, timestamp, this.#packetMs)
    const duration = (event.duration * LINE_RATE) / eventRate
    if (this.#event.timestamp !== timestamp) this.#event = { timestamp, at: begin, duration: 0 }
    // An update's moment ends at its duration; a repeated end has the moments after it.
    if (duration > this.#event.duration) this.#event.at = begin + Math.max(0, duration - samples)
    else this.#event.at += samples
    this.#event.at = this.#event.at >>> 0
    this.#event.duration = Math.max(this.#event.duration, duration)
    this.playout.put({ sequence, timestamp: this.#event.at, marker: false, samples, content: undefined }, now)
  }

  #coded(codec: Codec, payload: Uint8Array): Coded {
    const decoder = this.#decoders.get(codec) ?? codec.decoder()
    this.#decoders.set(codec, decoder)
    return { decoder, rate: codec.rate, payload }
  }

  #leave(): void {
    this.#before = {
      received: this.#before.received + (this.source?.received ?? 0),
      lost: this.#before.lost + (this.source?.lostEver ?? 0),
    }
  }

  #anew(): void {
    this.buffer.reset()
    this.playout.reset()
    this.#events.reset()
    this.#tones.reset()
    this.#noise.stop()
    this.#candidate = undefined
    this.#decoders = new Map()
    this.#timeline = new Timeline()
  }
}
