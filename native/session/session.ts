import type { DtmfWay, IceParameters, Quality, SessionConfig, SrtpReceived, StreamPosition } from '../protocol.ts'
import { IceAgent } from '../nat/ice-agent.ts'
import { StunResponder } from '../nat/stun-responder.ts'
import { parseRtp } from '../rtp/packet.ts'
import { parseRtcp } from '../rtp/rtcp/parse.ts'
import { Sequencer } from '../rtp/sequencer.ts'
import { SessionSrtp } from '../rtp/srtp/session-srtp.ts'
import { IncomingStream } from './incoming-stream.ts'
import { OutgoingStream } from './outgoing-stream.ts'
import { Peer, type Endpoint } from './peer.ts'
import { qualityOf } from './quality.ts'
import { Reporter } from './reporter.ts'

/**
 * One RTP session: frames and datagrams in, datagrams and frames out. No socket, no clock: `now` is monotonic, `wallTime`
 * since 1970, both in milliseconds. Nothing that comes from the network makes it throw.
 */

interface SessionDelegate {
  sendRtp(datagram: Uint8Array, to: Endpoint): void
  sendRtcp(datagram: Uint8Array, to: Endpoint): void
  onDigit(digit: string, way: DtmfWay): void
}

interface SessionOptions {
  readonly cname: string
  readonly resume?: StreamPosition
  readonly srtpReceived?: SrtpReceived
  /** 32 random bits, not to be guessed. */
  readonly random: () => number
  readonly now: number
}

interface PlayoutFigures {
  /** Milliseconds: from arrival to sound, smoothed; what is aimed at; sound repeated or left out to get there, in all. */
  readonly delayMs: number
  readonly targetMs: number
  readonly stretchedMs: number
}

export class RtpSession {
  readonly #delegate: SessionDelegate
  readonly #peer = new Peer()
  readonly #incoming: IncomingStream
  readonly #outgoing: OutgoingStream
  readonly #reporter: Reporter
  readonly #srtp: SessionSrtp
  readonly #stun = new StunResponder()
  readonly #random: () => number
  /** By component. */
  #ice: { readonly 1: IceAgent; readonly 2: IceAgent } | undefined
  #config: SessionConfig | undefined
  #refused = 0
  /** Where RTCP came from, when that is not what was negotiated. */
  #rtcpLatched: Endpoint | undefined

  constructor(delegate: SessionDelegate, { cname, resume, srtpReceived, random, now }: SessionOptions) {
    this.#delegate = delegate
    this.#random = random
    this.#srtp = new SessionSrtp(srtpReceived)
    this.#incoming = new IncomingStream((digit, way) => delegate.onDigit(digit, way))
    const fresh = () => Sequencer.fresh(random)
    this.#outgoing = new OutgoingStream(resume ? new Sequencer(resume) : fresh(), fresh, (datagram) => {
      const to = this.#peer.target
      const packet = to && this.#srtp.protectRtp(datagram)
      if (packet) delegate.sendRtp(packet, to)
    })
    const chance = () => (random() >>> 0) / 0x1_0000_0000
    this.#reporter = new Reporter(this.#incoming, this.#outgoing, cname, chance, now)
  }

  get position(): StreamPosition {
    return this.#outgoing.position
  }

  /** Where the peer's SRTP stream is. */
  get srtpReceived(): SrtpReceived | undefined {
    return this.#srtp.received
  }

  /** Throws when a key of `srtp` is none. */
  configure(config: SessionConfig): void {
    this.#srtp.configure(config.srtp)
    const { address, rtpPort, rtcpPort } = config.remote
    if (this.#config?.remote.rtcpPort !== rtcpPort || this.#config.remote.address !== address)
      this.#rtcpLatched = undefined
    if (!sameIce(config.ice, this.#config?.ice)) {
      const agent = (component: 1 | 2) => config.ice && new IceAgent(config.ice, component, this.#random)
      const [rtp, rtcp] = [agent(1), agent(2)]
      this.#ice = rtp && rtcp && { 1: rtp, 2: rtcp }
    }
    this.#config = config
    this.#peer.negotiate(this.#ice?.[1].target ?? { address, port: rtpPort })
    this.#incoming.configure(config)
    this.#outgoing.configure(config)
  }

  /** `tell` hears whether the digits were sent, once. */
  dtmf(digits: string, durationMs: number, way: DtmfWay, tell: (ok: boolean) => void): void {
    this.#outgoing.dtmf(digits, durationMs, way, tell)
  }

  /** Of the sound that is sent and taken, Hz; another one may be configured. */
  get rate(): number {
    return this.#outgoing.rates.rate
  }

  /** The source's sound of this moment, any even number of samples. */
  send(frame: Int16Array): void {
    this.#outgoing.send(frame)
  }

  /** So much time passed in which nothing could be sent, milliseconds. */
  skip(ms: number): void {
    this.#outgoing.skip(ms)
  }

  /** Fills `frame` (20 ms) with the peer's sound of this moment. */
  take(frame: Int16Array, now: number): void {
    this.#incoming.take(frame, now)
  }

  receiveRtp(datagram: Uint8Array, from: Endpoint, now: number): void {
    if (StunResponder.takes(datagram)) return this.#receiveStun(datagram, from, 1, now)
    const clear = this.#srtp.unprotectRtp(datagram)
    const packet = clear && parseRtp(clear)
    if (packet && !this.#incoming.expects(packet)) return
    if (!packet || !this.#peer.accept(from, packet.sequence, now)) {
      if (this.#config && parseRtp(datagram)) this.#refused++
      return
    }
    this.#incoming.receive(packet, now)
  }

  receiveRtcp(datagram: Uint8Array, from: Endpoint, now: number, wallTime: number): void {
    if (StunResponder.takes(datagram)) return this.#receiveStun(datagram, from, 2, now)
    if (!this.#config || !this.#rtcpFromPeer(from)) return
    const clear = this.#srtp.unprotectRtcp(datagram)
    const packets = clear && parseRtcp(clear)
    if (!packets) return
    if (!this.#isNegotiatedRtcp(from)) this.#rtcpLatched ??= from
    this.#reporter.receive(packets, datagram.length, now, wallTime)
    if (this.#reporter.remote) this.#outgoing.expectLoss(this.#reporter.remote.lossPercent)
  }

  /** Sends the report that is due, if one is; to be called many times a second. */
  poll(now: number, wallTime: number): void {
    this.#pollIce(now)
    const to = this.#rtcpTarget()
    const report = to && this.#reporter.poll(now, wallTime)
    if (report) this.#sendRtcp(report, to)
  }

  /** Says BYE and gives up what was not sent yet. */
  close(now: number, wallTime: number): void {
    this.#outgoing.close()
    const to = this.#rtcpTarget()
    if (to) this.#sendRtcp(this.#reporter.bye(now, wallTime), to)
  }

  /** How the peer's sound is being played, beyond what is told in the quality. */
  get playing(): PlayoutFigures {
    const { delayMs, targetMs, stretchedMs } = this.#incoming.playout
    return { delayMs, targetMs, stretchedMs }
  }

  quality(deviceMs: number): Quality {
    const quality = qualityOf(this.#incoming, this.#outgoing, this.#reporter, deviceMs)
    return this.#refused === 0 ? quality : { ...quality, received: { ...quality.received, refused: this.#refused } }
  }

  #receiveStun(datagram: Uint8Array, from: Endpoint, component: 1 | 2, now: number): void {
    if (!this.#config) return
    const found = this.#ice?.[component].receive(datagram, from, now) ?? 'strange'
    const answer = found === 'strange' ? this.#stun.answer(datagram, from, now) : found
    if (answer && component === 1) this.#delegate.sendRtp(answer, from)
    else if (answer) this.#delegate.sendRtcp(answer, from)
    this.#followIce()
  }

  #pollIce(now: number): void {
    if (!this.#ice) return
    for (const { datagram, to } of this.#ice[1].poll(now)) this.#delegate.sendRtp(datagram, to)
    for (const { datagram, to } of this.#ice[2].poll(now)) this.#delegate.sendRtcp(datagram, to)
    this.#followIce()
  }

  /** What was proved to be open is where the peer is, whatever its description says. */
  #followIce(): void {
    const target = this.#ice?.[1].target
    if (target) this.#peer.negotiate(target)
  }

  #sendRtcp(report: Uint8Array, to: Endpoint): void {
    const packet = this.#srtp.protectRtcp(report)
    if (!packet) return
    if (this.#config?.rtcpMux) this.#delegate.sendRtp(packet, to)
    else this.#delegate.sendRtcp(packet, to)
  }

  #rtcpTarget(): Endpoint | undefined {
    // RFC 5761: where the sound goes, wherever that is found to be.
    if (this.#config?.rtcpMux) return this.#peer.target
    const open = this.#ice?.[2].target
    if (open) return open
    if (this.#rtcpLatched) return this.#rtcpLatched
    const remote = this.#config?.remote
    return remote && remote.rtcpPort > 0 ? { address: remote.address, port: remote.rtcpPort } : undefined
  }

  #isNegotiatedRtcp({ address, port }: Endpoint): boolean {
    return address === this.#config?.remote.address && port === this.#config.remote.rtcpPort
  }

  /** As negotiated, or from the address of the peer that is heard: one port of it, the first that reports. */
  #rtcpFromPeer(from: Endpoint): boolean {
    const open = this.#ice?.[2].target
    if (this.#isNegotiatedRtcp(from) || (open?.address === from.address && open.port === from.port)) return true
    if (this.#rtcpLatched) return from.address === this.#rtcpLatched.address && from.port === this.#rtcpLatched.port
    return from.address === this.#peer.target?.address
  }
}

/** RFC 8839 4.4.1.1.1: other credentials are how a side begins anew. */
function sameIce(one: IceParameters | undefined, other: IceParameters | undefined): boolean {
  if (!one || !other) return one === other
  return (['local', 'remote'] as const).every(
    (side) => one[side].ufrag === other[side].ufrag && one[side].pwd === other[side].pwd,
  )
}
