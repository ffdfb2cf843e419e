import { networkInterfaces } from 'node:os'
import type { CodecName, Quality, SessionAudio, ToneName } from '../../native/protocol.ts'
import type { Accounts, CallingAccount } from './accounts.ts'
import { autoAnswerAfter, isStranger, mostCalls, type Refusal, refusalOf } from './admission.ts'
import type { CallEnvironment } from './call-environment.ts'
import { PhoneCall } from './call.ts'
import { Callers } from './callers.ts'
import { logEntryOf } from './log-entry.ts'
import { answerOffer, beginNegotiation } from './offer-answer.ts'
import { PhoneError } from './phone-error.ts'
import type { PhoneDelegate, PhoneDependencies } from './phone.ts'
import type { Clock, IncomingInvite, Media, UserAgent } from './ports.ts'
import type { Settings } from './settings.ts'
import type { Call, CallEnded, NewLogEntry, RemoteParty } from './shapes.ts'

export interface CallsOptions {
  readonly dependencies: PhoneDependencies
  readonly userAgent: UserAgent
  readonly media: Media
  readonly accounts: Accounts
  readonly settings: () => Settings
  readonly onChanged: () => void
  readonly tell: (announce: (delegate: PhoneDelegate) => void) => void
}

/** How a call is made. */
export interface CallChoices {
  readonly audio?: SessionAudio | undefined
  readonly codecs?: readonly CodecName[] | undefined
  /** Absent: a direct call. */
  readonly through?: CallingAccount | undefined
}

/** How long calls may take to end at shutdown: a peer that does not answer must not keep the phone. */
const closeLimitMs = 2000

/** The calls of the phone: admits them, lets one at a time have the user's ear, rings, and logs how they ended. */
export class Calls {
  readonly #options: CallsOptions
  readonly #calls = new Map<string, PhoneCall>()
  /** Those whose ringing the user does not want to hear. */
  readonly #silenced = new WeakSet<PhoneCall>()
  readonly #callers = new Callers()
  #tone: ToneName | null = null
  #closing = false
  #count = 0

  constructor(options: CallsOptions) {
    this.#options = options
  }

  /** Throws PhoneError `not-found`. */
  get(callId: string): PhoneCall {
    const call = this.#calls.get(callId)
    if (call === undefined) throw new PhoneError('not-found', `There is no call ${callId}`)
    return call
  }

  get size(): number {
    return this.#calls.size
  }

  silence(callId: string): void {
    this.#silenced.add(this.get(callId))
    this.#onChanged()
  }

  describe(): Call[] {
    return [...this.#calls.values()].map((call) => call.describe())
  }

  dial(uri: string, choices: CallChoices = {}): PhoneCall {
    if (this.#closing) throw new PhoneError('bad-state', 'The phone is shutting down')
    if (this.#calls.size >= mostCalls) throw new PhoneError('bad-state', 'There are too many calls already')
    const call = this.#newCall('outgoing', { uri }, choices)
    void call.dial(uri)
    return call
  }

  onInvite(invite: IncomingInvite): void {
    const { settings, dependencies } = this.#options
    const situation = {
      settings: settings().calls,
      calls: this.#calls.size,
      closing: this.#closing,
      caller: this.#callers.record(invite.source.address, dependencies.clock.now()),
      cidrs: localCidrs,
    }
    const refusal = refusalOf(invite, situation) ?? this.#disagreement(invite)
    if (refusal !== undefined) {
      this.#refuse(invite, refusal)
      return
    }
    const call = this.#newCall('incoming', invite.from, { through: this.#options.accounts.calling(invite.line) })
    this.#callers.began(call, invite.source.address)
    call.ring(invite)
    if (isStranger(invite, situation)) this.#callers.strangerRings(call)
    const wait = autoAnswerAfter(invite, settings().calls)
    if (wait === undefined) return
    dependencies.clock.after(wait, () => {
      if (call.state !== 'incoming') return
      call.answer().catch((error: unknown) => {
        dependencies.log.warn('A call could not be answered automatically', { error: String(error) })
      })
    })
  }

  onDtmf(callId: string, digit: string): void {
    if (this.#calls.has(callId)) this.#options.tell((delegate) => delegate.onDtmf({ callId, digit, mode: 'rfc4733' }))
  }

  onQuality(callId: string, quality: Quality): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    call.onQuality(quality)
    if (call.state !== 'terminated') this.#options.tell((delegate) => delegate.onQuality({ callId, quality }))
  }

  /** Ends them all, in order as far as the peers play along. New ones are refused from now on. Never rejects. */
  async close(): Promise<void> {
    this.#closing = true
    const { clock } = this.#options.dependencies
    const calls = [...this.#calls.values()]
    const ended = calls.map((call) => call.hangup().catch(() => {}))
    await withinLimit(clock, Promise.all(calls.map((call) => call.settled)))
    for (const call of calls) call.abandon()
    await withinLimit(clock, Promise.all(ended))
  }

  #newCall(direction: Call['direction'], remote: RemoteParty, { audio, codecs, through }: CallChoices): PhoneCall {
    const { random, audio: chooseAudio } = this.#options.dependencies
    let chosen = audio
    const call = new PhoneCall(this.#environment(codecs, through), {
      callId: `${++this.#count}-${Math.floor(random() * 2 ** 32).toString(36)}`,
      direction,
      remote,
      accountId: through?.accountId,
      sessionId: String(1 + Math.floor(random() * 2 ** 31)),
      // Chosen once: each question may be answered with a recording of its own.
      audio: (call) => (chosen ??= chooseAudio(call)),
    })
    this.#calls.set(call.callId, call)
    return call
  }

  #environment(codecs: readonly CodecName[] | undefined, through: CallingAccount | undefined): CallEnvironment {
    const { dependencies, userAgent, media, settings, tell } = this.#options
    const { network, audio } = settings()
    return {
      userAgent,
      media,
      trace: dependencies.trace,
      clock: dependencies.clock,
      log: dependencies.log,
      codecs: codecs ?? through?.codecs ?? audio.codecs,
      rtp: { ports: network.rtpPorts, demanded: dependencies.demanded?.rtpPorts ?? false },
      listenIp: network.listenIp,
      from: (localAddress) => through?.from ?? this.#from(localAddress),
      line: through?.line,
      onTakesOver: (call) => this.#holdOthers(call),
      onChanged: () => this.#onChanged(),
      onState: (change) => tell((delegate) => delegate.onCallState(change)),
      onDtmf: (received) => tell((delegate) => delegate.onDtmf(received)),
      onEnded: (call, ended) => this.#onEnded(call, ended),
    }
  }

  /** Without an account we are whoever listens at this address. */
  #from(localAddress: string): RemoteParty {
    const { identity } = this.#options.dependencies
    const port = this.#options.userAgent.listening.find(({ transport }) => transport === 'udp')?.port ?? 5060
    const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress
    const user = encodeURIComponent(identity?.username ?? 'dialtone')
    const uri = `sip:${user}@${host}${port === 5060 ? '' : `:${port}`}`
    return identity?.displayName === undefined ? { uri } : { uri, displayName: identity.displayName }
  }

  #holdOthers(taker: PhoneCall): void {
    if (this.#options.dependencies.autoHold === false) return
    for (const call of this.#calls.values()) {
      if (call === taker || call.state !== 'confirmed' || call.onHold.local) continue
      call.hold().catch((error: unknown) => {
        // The peer may refuse, but it must not overhear the other call.
        this.#options.dependencies.log.info('A call is held without its peer agreeing', { error: String(error) })
        call.silence()
      })
    }
  }

  #onChanged(): void {
    const wanted = [...this.#calls.values()].map((call) =>
      call.tone === 'ring' && this.#silenced.has(call) ? null : call.tone,
    )
    const tone = wanted.includes('ring') ? 'ring' : wanted.includes('ringback') ? 'ringback' : null
    if (tone !== this.#tone) {
      this.#tone = tone
      this.#options.media.tone(tone)
    }
    this.#options.onChanged()
  }

  #onEnded(call: PhoneCall, ended: CallEnded): void {
    this.#calls.delete(call.callId)
    this.#callers.ended(call, call.describe().answeredAt !== undefined, this.#options.dependencies.clock.now())
    this.#log(logEntryOf(call.describe(), ended))
    this.#options.tell((delegate) => delegate.onCallEnded(ended))
    this.#onChanged()
  }

  /** Nothing shared, or an SDP nobody can read: no reason to ring (RFC 3261 13.3.1.3: 488). */
  #disagreement({ offer, localAddress, source, line }: IncomingInvite): Refusal | undefined {
    if (offer === undefined) return undefined
    const codecs = this.#options.accounts.calling(line)?.codecs ?? this.#options.settings().audio.codecs
    const local = { address: localAddress, rtpPort: 9, rtcpPort: 10, codecs, hold: false, source: source.address }
    const answer = answerOffer(beginNegotiation('0'), offer, local)
    if (answer.ok) return undefined
    const { status, reason } = answer
    return status === 400 ? { status, reason } : { status, reason: 'Not Acceptable Here', log: 'not-acceptable' }
  }

  #refuse(invite: IncomingInvite, { status, reason, log }: Refusal): void {
    const { clock, log: journal } = this.#options.dependencies
    invite.reject(status, reason)
    journal.info(`An incoming call was refused: ${status} ${reason}`, { from: invite.source.address })
    if (log === undefined) return
    this.#log({
      at: new Date(clock.wallTime()).toISOString(),
      direction: 'incoming',
      remote: invite.from,
      answered: false,
      missed: true,
      code: status,
      reason,
      cause: log,
      durationMs: 0,
      sipCallId: invite.sipCallId,
    })
  }

  #log(entry: NewLogEntry): void {
    try {
      this.#options.dependencies.store.callLog.append(entry)
    } catch (error) {
      this.#options.dependencies.log.error('The call log could not be written', { error: String(error) })
    }
  }
}

async function withinLimit(clock: Clock, work: Promise<unknown>): Promise<void> {
  let stop = () => {}
  const late = new Promise<void>((resolve) => (stop = clock.after(closeLimitMs, resolve)))
  await Promise.race([work, late])
  stop()
}

function localCidrs(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).flatMap(({ cidr }) => cidr ?? []))
}
