import { isIP, SocketAddress } from 'node:net'
import { CallRecording } from './audio/call-recording.ts'
import { PeakMeter } from './audio/level.ts'
import type { CardDesk } from './card-desk.ts'
import type { Conference } from './conference.ts'
import type { Membership, Pacer } from './pacer.ts'
import type { DtmfWay, MediaEvent, Quality, SessionConfig, SrtpReceived, StreamPosition } from './protocol.ts'
import { isRtcp } from './rtp/rtcp/parse.ts'
import type { RtpPortPair } from './rtp-port-pair.ts'
import type { Drivers } from './session-audio.ts'
import { FrameClock } from './session/frame-clock.ts'
import { RtpSession } from './session/session.ts'

/** One session with its sockets, its sound and its pace. */

export interface Surroundings {
  readonly pacer: Pacer
  readonly desk: CardDesk
  readonly conference: Conference
  emit(event: MediaEvent): void
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds since 1970. */
  wallTime(): number
  /** 32 random bits. */
  random(): number
}

const FRAME_MS = 20
/** After a stall so much received sound is still recorded at once; the rest stays with the jitter buffer. */
const MOST_TAKEN = 25
/** How late the microphone may be before silence goes out in its place: what we send must not stop. */
const MICROPHONE_PATIENCE = 40
/** The same for the speaker: what is taken in its place nobody hears, and the card has sound in its queue. */
const SPEAKER_PATIENCE = 100
const QUALITY_MS = 1000
const LEVEL_MS = 100
const ERRORS_EVERY_MS = 5000

export class MediaSession {
  readonly #id: string
  readonly #pair: RtpPortPair
  readonly #drivers: Drivers
  readonly #around: Surroundings
  readonly #rtp: RtpSession
  #frames = framesOf(8000)
  readonly #levels = { microphone: new PeakMeter(), speaker: new PeakMeter() }
  #config: SessionConfig | undefined
  #membership: Membership
  #sending: FrameClock
  #taking: FrameClock
  #sendMs: 10 | 20 = FRAME_MS
  #leaveDesk: (() => void) | undefined
  #qualityAt = Infinity
  #levelAt = 0
  #errorAt = -Infinity
  #muted = false
  #recording: CallRecording | undefined

  constructor(
    id: string,
    {
      cname,
      resume,
      srtpReceived,
    }: { readonly cname: string; readonly resume?: StreamPosition; readonly srtpReceived?: SrtpReceived },
    pair: RtpPortPair,
    drivers: Drivers,
    around: Surroundings,
  ) {
    this.#id = id
    this.#pair = pair
    this.#drivers = drivers
    this.#around = around
    const delegate = {
      sendRtp: pair.sendRtp.bind(pair),
      sendRtcp: pair.sendRtcp.bind(pair),
      onDigit: (digit: string, way: DtmfWay) => around.emit({ event: 'dtmf-received', session: id, digit, way }),
    }
    const options = { cname, random: () => around.random(), now: around.now() }
    const before = { ...(resume && { resume }), ...(srtpReceived && { srtpReceived }) }
    this.#rtp = new RtpSession(delegate, { ...options, ...before })
    pair.onRtp = (datagram, from) => {
      if (isRtcp(datagram)) this.#rtp.receiveRtcp(datagram, from, around.now(), around.wallTime())
      else this.#rtp.receiveRtp(datagram, from, around.now())
    }
    pair.onRtcp = (datagram, from) => this.#rtp.receiveRtcp(datagram, from, around.now(), around.wallTime())
    pair.onError = (error) => this.#logError(error)
    this.#membership = around.pacer.join(this.#sendMs, (now) => this.#tick(now))
    this.#sending = new FrameClock(this.#sendMs, this.#membership.start, MICROPHONE_PATIENCE)
    this.#taking = new FrameClock(FRAME_MS, this.#membership.start, SPEAKER_PATIENCE)
    this.#joinDesk()
  }

  /** Throws when the remote address is none. */
  configure(config: SessionConfig): void {
    const remote = { ...config.remote, address: canonical(config.remote.address) }
    // A packet of an odd number of 10 ms leaves on time only when the beat is 10 ms.
    const sendMs = config.ptimeMs % FRAME_MS === 0 ? FRAME_MS : 10
    if (sendMs !== this.#sendMs) {
      this.#membership.leave()
      this.#sendMs = sendMs
      this.#membership = this.#around.pacer.join(sendMs, (now) => this.#tick(now))
      this.#sending = new FrameClock(sendMs, this.#membership.start, MICROPHONE_PATIENCE)
      this.#taking = new FrameClock(FRAME_MS, this.#membership.start, SPEAKER_PATIENCE)
    }
    if (!this.#config) this.#qualityAt = this.#around.now() + QUALITY_MS
    const candidates = config.ice?.candidates.filter((candidate) => isIP(candidate.address) === isIP(remote.address))
    const ice = config.ice && {
      ...config.ice,
      candidates: (candidates ?? []).map((candidate) => ({ ...candidate, address: canonical(candidate.address) })),
    }
    this.#config = { ...config, remote, ...(ice && { ice }) }
    this.#rtp.configure(this.#config)
    if (this.#rtp.rate === this.#frames.rate) return
    this.#frames = framesOf(this.#rtp.rate)
    this.#joinDesk()
  }

  /** The user is silent; the others of a conference are not. */
  mute(on: boolean): void {
    this.#muted = on
  }

  /** Both sides into this file, replaced if it is there; null ends it. Rejects with what the file system says. */
  async record(path: string | null): Promise<void> {
    const before = this.#recording
    this.#recording = undefined
    await before?.close()
    if (path !== null) this.#recording = await CallRecording.begin(path, this.#frames.rate)
  }

  dtmf(digits: string, durationMs: number, way: DtmfWay): void {
    this.#rtp.dtmf(digits, durationMs, way, (ok) => this.#around.emit({ event: 'dtmf-sent', session: this.#id, ok }))
  }

  /** Says BYE, frees the ports, completes the files. Rejects when a file could not be completed; all else is done then. */
  async close(): Promise<Quality> {
    this.#membership.leave()
    this.#leaveDesk?.()
    this.#rtp.close(this.#around.now(), this.#around.wallTime())
    this.#tellQuality()
    const quality = this.#quality()
    await this.#pair.close()
    const results = await Promise.allSettled([this.record(null), ...this.#drivers.sinks.map((sink) => sink.close())])
    const failed = results.find((result) => result.status === 'rejected')
    if (failed)
      this.#around.emit({ event: 'failed', session: this.#id, code: 'bad-file', message: String(failed.reason) })
    return quality
  }

  /** At the rate of the moment; before the other one is left, so that the card is not given up in between. */
  #joinDesk(): void {
    if (!this.#drivers.speaker && this.#drivers.source) return
    const leave = this.#leaveDesk
    const user = { microphone: (frame: Int16Array) => this.#microphone(frame), speaker: () => this.#speaker() }
    this.#leaveDesk = this.#around.desk.join(user, this.#frames.rate)
    leave?.()
  }

  #tick(now: number): void {
    const taken = this.#taking.due(now)
    // Without a speaker that asks, what was received is still recorded, echoed, and kept from piling up.
    for (let k = Math.min(taken.frames + taken.skipped, MOST_TAKEN); k > 0; k--) this.#hear(now)
    const { frames, skipped } = this.#sending.due(now)
    if (skipped > 0) this.#rtp.skip(skipped * this.#sendMs)
    for (let k = 0; k < frames; k++) this.#speak()
    this.#rtp.poll(now, this.#around.wallTime())
    if (now >= this.#qualityAt) {
      this.#qualityAt = now + QUALITY_MS
      this.#tellQuality()
    }
    if (this.#leaveDesk && this.#config && now >= this.#levelAt) this.#tellLevels(now)
  }

  /** The card's 20 ms pace the sending (one synchronous way to the socket). */
  #microphone(frame: Int16Array): void {
    if (this.#drivers.source || !this.#sending.card(this.#around.now())) return
    this.#levels.microphone.watch(frame)
    this.#send(frame)
  }

  #speaker(): Int16Array | null {
    const now = this.#around.now()
    // A frame that the clock has just taken in the card's place is not heard; the next one is.
    if (!this.#drivers.speaker || !this.#taking.card(now)) return null
    return this.#hear(now)
  }

  #hear(now: number): Int16Array {
    const { heard: frame, rate } = this.#frames
    this.#rtp.take(frame, now)
    if (this.#drivers.speaker) this.#levels.speaker.watch(frame)
    if (this.#config) this.#recording?.heard(frame, rate)
    this.#around.conference.heard(this.#id, frame, rate)
    if (this.#config) for (const sink of this.#drivers.sinks) sink.write(frame, rate)
    return frame
  }

  /** What is due of a source that has no pace of its own, or silence for a microphone that stalled. */
  #speak(): void {
    const { spoken, rate } = this.#frames
    const frame = spoken.subarray(0, (this.#sendMs * rate) / 1000)
    // A file or a tone waits while the call is held.
    if (this.#drivers.source && this.#config?.sending) this.#drivers.source.read(frame, rate)
    else frame.fill(0)
    this.#send(frame)
  }

  #send(frame: Int16Array): void {
    const { nothing, rate } = this.#frames
    const ours = this.#muted ? nothing.subarray(0, frame.length) : frame
    const said = this.#around.conference.mixFor(this.#id, ours, rate)
    // What is held back is not said
    if (this.#config?.sending) this.#recording?.said(said, rate)
    this.#rtp.send(said)
  }

  #quality(): Quality {
    const device = this.#drivers.speaker || !this.#drivers.source ? this.#around.desk.delayMs : 0
    return this.#rtp.quality(device)
  }

  #tellQuality(): void {
    const { position, srtpReceived } = this.#rtp
    this.#around.emit({
      event: 'quality',
      session: this.#id,
      quality: this.#quality(),
      position,
      ...(srtpReceived && { srtpReceived }),
    })
  }

  #tellLevels(now: number): void {
    this.#levelAt = now + LEVEL_MS
    const { microphone, speaker } = this.#levels
    this.#around.emit({
      event: 'level',
      session: this.#id,
      microphoneDbfs: microphone.read(),
      speakerDbfs: speaker.read(),
    })
  }

  #logError(error: Error): void {
    const now = this.#around.now()
    if (now - this.#errorAt < ERRORS_EVERY_MS) return
    this.#errorAt = now
    this.#around.emit({ event: 'log', level: 'warn', message: `session ${this.#id}: ${error.message}` })
  }
}

/** 20 ms each at `rate` Hz: what is heard, what is spoken, silence. */
function framesOf(rate: number) {
  const frame = () => new Int16Array((FRAME_MS * rate) / 1000)
  return { rate, heard: frame(), spoken: frame(), nothing: frame() }
}

/** As the sockets write it. */
function canonical(address: string): string {
  const family = isIP(address)
  if (family === 0) throw new Error(`"${address}" is no IP address`)
  return new SocketAddress({ address, family: family === 6 ? 'ipv6' : 'ipv4' }).address
}
