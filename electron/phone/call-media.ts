import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import type { CodecName, DtmfWay, IceCredentials, Quality, SessionAudio, SessionConfig } from '../../native/protocol.ts'
import type { CallNat } from './nat.ts'
import type { SocketAddress } from './nat-address.ts'
import { localCandidates } from './local-candidates.ts'
import { AudioWatch, type NoAudioCode } from './no-audio.ts'
import { isLoopback } from './offer-answer-address.ts'
import { type Agreement, type Answer, answerOffer, beginNegotiation, makeOffer, takeAnswer } from './offer-answer.ts'
import type { LocalMedia, Negotiation } from './offer-answer.ts'
import type { LocalSrtp } from './offer-answer-srtp.ts'
import { ownAddresses } from './own-addresses.ts'
import { PhoneError } from './phone-error.ts'
import type { Clock, Log, Media, MediaPorts } from './ports.ts'

export interface CallMediaEnvironment {
  readonly media: Media
  readonly clock: Clock
  readonly log: Log
  readonly codecs: readonly CodecName[]
  readonly srtp: LocalSrtp
  readonly rtp: { readonly ports: readonly [first: number, last: number]; readonly demanded: boolean }
  /** Where RTP is received: an IP literal, or empty for every interface. */
  readonly listenIp: string
  readonly nat: CallNat
  /** Packets leave also while nothing is said. */
  readonly transmitSilence: boolean
}

/** How long the media may take to finish their files before the call goes on without them. */
const closeLimitMs = 3000

/** A call's media: its session in the media process and what offer and answer have agreed about it. */
export class CallMedia {
  readonly #environment: CallMediaEnvironment
  readonly #session: string
  readonly #onNote: (note: string) => void
  #negotiation: Negotiation
  #localAddress = ''
  #source = ''
  #ports: MediaPorts | undefined
  /** What the peer is told of our ports; undefined until they are there. */
  #told: { readonly rtp: SocketAddress; readonly rtcp: SocketAddress } | undefined
  #closed = false
  #quality: Quality | undefined
  readonly #watch = new AudioWatch()
  #muted = false
  #silenced = false

  constructor(environment: CallMediaEnvironment, session: string, sessionId: string, onNote: (note: string) => void) {
    this.#environment = environment
    this.#session = session
    this.#onNote = onNote
    this.#negotiation = beginNegotiation(sessionId)
  }

  /** What is agreed; undefined until the first answer. */
  get config(): SessionConfig | undefined {
    return this.#negotiation.config
  }

  get remoteHold(): boolean {
    return this.#negotiation.remoteHold
  }

  /** The address packets to the peer leave from, and where its signalling comes from. Throws PhoneError `unreachable`. */
  meet(localAddress: string, source: string): void {
    // Our loopback address in an SDP for another host would send its audio to itself.
    if (isLoopback(localAddress) && !isLoopback(source)) {
      throw new PhoneError('unreachable', `${source} cannot be reached from ${localAddress}, where this phone listens`)
    }
    this.#localAddress = localAddress
    this.#source = source
  }

  /** Reserves ports and audio. Rejects with a MediaError. */
  async open(audio: SessionAudio): Promise<void> {
    const { media, listenIp, rtp, nat } = this.#environment
    await nat.ready()
    const stun = nat.stunServer()
    const anywhere = this.#localAddress.includes(':') ? '::' : '0.0.0.0'
    const options = { address: listenIp || anywhere, ...rtp, audio, ...(stun && { stun }) }
    const ports = await media.open(this.#session, options)
    const { seen } = ports
    if (stun && !seen) this.#onNote(`unreachable - STUN server ${stun.address} did not answer on the RTP port`)
    this.#tell(ports)
    if (this.#closed) await media.close(this.#session)
    else if (this.#muted) media.mute(this.#session, true)
  }

  /** Our address is another one, and the next offer says so; sockets that are bound to one address stay there. */
  move(localAddress: string): void {
    if (this.#ports === undefined || this.#environment.listenIp !== '') return
    this.meet(localAddress, this.#source)
    // What a STUN server has seen is no longer so
    this.#tell({ rtpPort: this.#ports.rtpPort, rtcpPort: this.#ports.rtcpPort })
  }

  /** An offer, to be taken up by `take`. */
  offer(hold: boolean): string {
    const { negotiation, sdp } = makeOffer(this.#negotiation, this.#local(hold))
    this.#negotiation = negotiation
    return sdp
  }

  /** Our answer; what it agrees to is in force when this returns. */
  answer(offer: string, hold: boolean): Answer {
    const answer = answerOffer(this.#negotiation, offer, this.#local(hold))
    this.#adopt(answer)
    return answer
  }

  /** The SDP of our 200: an answer, or an offer when the INVITE brought none. Throws PhoneError when nothing is shared. */
  accept(offer: string | undefined): string {
    if (offer === undefined) return this.offer(false)
    const answer = this.answer(offer, false)
    if (answer.ok) return answer.sdp
    throw new PhoneError('internal', answer.reason)
  }

  /** The peer's answer to our last offer; what it agrees to is in force when this returns. */
  take(answer: string, hold: boolean): Agreement {
    const agreement = takeAnswer(this.#negotiation, answer, this.#local(hold))
    this.#adopt(agreement)
    return agreement
  }

  /** Whether it neither speaks nor hears, whatever is agreed with the peer. */
  get silenced(): boolean {
    return this.#silenced
  }

  silence(on: boolean): void {
    this.#silenced = on
    this.#configure()
  }

  mute(on: boolean): void {
    this.#muted = on
    if (this.#isOpen()) this.#environment.media.mute(this.#session, on)
  }

  /** Both sides into this file, until null. Resolves when it is begun, or whole. */
  async record(path: string | null): Promise<void> {
    if (this.#isOpen()) await this.#environment.media.record(this.#session, path)
  }

  /** Rejects with a MediaError. */
  async sendDigits(digits: string, way: DtmfWay): Promise<void> {
    await this.#environment.media.dtmf(this.#session, digits, way)
  }

  /** Why there may be no sound, if so it seems. */
  onQuality(quality: Quality): NoAudioCode | undefined {
    this.#quality = quality
    const config = this.#silenced ? undefined : this.config
    const now = this.#environment.clock.now()
    return this.#watch.figures(quality, config, { muted: this.#muted, source: this.#source, now })
  }

  onMicrophone(dbfs: number): void {
    this.#watch.microphone(dbfs, this.#muted, this.#environment.clock.now())
  }

  /** Ends the session; the last figures known, or undefined when no media ever ran. Never rejects. */
  async close(): Promise<Quality | undefined> {
    const wasOpen = this.#isOpen()
    this.#closed = true
    if (!wasOpen) return undefined
    const { media, clock, log } = this.#environment
    let stop = () => {}
    const late = new Promise<undefined>((resolve) => (stop = clock.after(closeLimitMs, () => resolve(undefined))))
    try {
      const last = await Promise.race([media.close(this.#session), late])
      return this.config === undefined ? undefined : (last ?? this.#quality)
    } catch (error) {
      log.warn('The media session did not close in order', { session: this.#session, error: String(error) })
      return this.#quality
    } finally {
      stop()
    }
  }

  #tell(ports: MediaPorts): void {
    const { rtpPort, rtcpPort, seen } = ports
    const { nat } = this.#environment
    const place = { local: this.#localAddress, remote: this.#source }
    this.#ports = ports
    this.#told = {
      rtp: nat.told({ ...place, port: rtpPort, seen: seen?.rtp }),
      rtcp: nat.told({ ...place, port: rtcpPort, seen: seen?.rtcp }),
    }
  }

  #isOpen(): boolean {
    return this.#told !== undefined && !this.#closed
  }

  #adopt(agreement: Agreement): void {
    if (!agreement.ok) return
    this.#negotiation = agreement.negotiation
    this.#configure()
    for (const note of agreement.notes) this.#onNote(note)
  }

  #configure(): void {
    const { config } = this
    if (config === undefined || !this.#isOpen()) return
    const silent = this.#silenced && { sending: false, receiving: false }
    this.#environment.media.configure(this.#session, { ...config, ...silent })
  }

  /** For peers that speak it; nothing before the ports are there. */
  #ice(): Pick<LocalMedia, 'ice'> {
    const { listenIp, nat } = this.#environment
    if (this.#ports === undefined || this.#told === undefined) return {}
    const { rtpPort, rtcpPort, seen } = this.#ports
    const told = this.#told
    const candidates = () => {
      const family = isIP(this.#localAddress)
      const own = [this.#localAddress, ...ownAddresses(listenIp)].filter((address) => isIP(address) === family)
      return localCandidates({
        hosts: nat.showsInternal() ? own : [],
        toldIsOurs: own.includes(told.rtp.address),
        told,
        rtpPort,
        rtcpPort,
        seen,
      })
    }
    return { ice: { candidates, newCredentials } }
  }

  #local(hold: boolean): LocalMedia {
    return {
      address: this.#told?.rtp.address ?? this.#localAddress,
      rtpPort: this.#told?.rtp.port ?? 0,
      rtcpPort: this.#told?.rtcp.port ?? 1,
      codecs: this.#environment.codecs,
      hold,
      suppressSilence: !this.#environment.transmitSilence,
      source: this.#source,
      srtp: this.#environment.srtp,
      ...this.#ice(),
    }
  }
}

/** RFC 8445 5.3: 24 and 128 random bits at least. */
function newCredentials(): IceCredentials {
  return { ufrag: randomBytes(6).toString('base64'), pwd: randomBytes(18).toString('base64') }
}
