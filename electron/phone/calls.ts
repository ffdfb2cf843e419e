import type { CodecName, DtmfWay, Quality, SessionAudio } from '../../native/protocol.ts'
import type { Accounts, CallingAccount } from './accounts.ts'
import { mostCalls } from './admission.ts'
import type { CallEnvironment } from './call-environment.ts'
import { PhoneCall } from './call.ts'
import { Conference } from './conference.ts'
import { CallTones } from './call-tones.ts'
import { IncomingCalls } from './incoming-calls.ts'
import { recordingName } from './recording-name.ts'
import { logEntryOf } from './log-entry.ts'
import type { Nat } from './nat.ts'
import { describeCapabilities } from './offer-answer.ts'
import { spokenCodecs } from './spoken-codecs.ts'
import { srtpOf } from './srtp-policy.ts'
import type { PickUp } from './pick-up.ts'
import { PhoneError } from './phone-error.ts'
import type { PhoneDelegate, PhoneDependencies } from './phone.ts'
import type { Clock, IncomingInvite, IncomingRefer, Media, Replaces, UserAgent } from './ports.ts'
import type { Settings } from './settings.ts'
import type { Call, CallEnded, NewLogEntry, RemoteParty, TransferRequest } from './shapes.ts'
import { tonePlanOf } from './tone-plan.ts'
import { TransferRequests } from './transfer-requests.ts'

interface CallsOptions {
  readonly dependencies: PhoneDependencies
  readonly userAgent: UserAgent
  readonly media: Media
  readonly accounts: Accounts
  readonly nat: Nat
  readonly settings: () => Settings
  readonly onChanged: () => void
  readonly tell: (announce: (delegate: PhoneDelegate) => void) => void
}

/** How a call is made. */
interface CallChoices {
  readonly audio?: SessionAudio | undefined
  readonly codecs?: readonly CodecName[] | undefined
  /** Absent: a direct call. */
  readonly through?: CallingAccount | undefined
  /** Somebody else asked for it. */
  readonly referral?: IncomingRefer
  /** Of a call that is to take this one's place. */
  readonly replaces?: Replaces | undefined
}

/** How long calls may take to end at shutdown: a peer that does not answer must not keep the phone. */
const closeLimitMs = 2000

/** The calls of the phone: admits them, lets one at a time have the user's ear, rings, and logs how they ended. */
export class Calls {
  readonly #options: CallsOptions
  readonly #calls = new Map<string, PhoneCall>()
  readonly conference: Conference
  /** Those that take another one's place, and which. */
  readonly #insteadOf = new WeakMap<PhoneCall, PhoneCall>()
  readonly #incoming: IncomingCalls
  readonly #tones: CallTones
  readonly #requests: TransferRequests
  #closing = false
  #count = 0

  constructor(options: CallsOptions) {
    this.#options = options
    const { dependencies, accounts, settings, media, tell, onChanged } = options
    const { clock, log } = dependencies
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    this.#tones = new CallTones(clock, media, () => tonePlanOf(settings().audio.tones, timeZone))
    this.conference = new Conference({
      media,
      call: (callId) => this.get(callId),
      autoHold: dependencies.autoHold !== false,
      onChanged,
    })
    this.#incoming = new IncomingCalls({
      clock,
      log,
      accounts,
      settings,
      codecs: (through) => this.#codecs(through),
      closing: () => this.#closing,
      calls: () => [...this.#calls.values()],
      begin: ({ from }, through) => this.#newCall('incoming', from, { through }),
      insteadOf: (call, old) => {
        this.#tones.silence(call)
        this.#insteadOf.set(call, old)
      },
      keep: (entry) => this.#log(entry),
    })
    this.#requests = new TransferRequests({
      clock,
      log,
      accounts,
      settings,
      dial: (call, uri, refer) => this.#follow(call, uri, refer),
      ask: (request) => tell((delegate) => delegate.onTransferRequested?.(request)),
      onChanged,
    })
  }

  /** Peers that wait for the user's word. */
  get transferRequests(): readonly TransferRequest[] {
    return this.#requests.describe()
  }

  /** Throws PhoneError `not-found`. */
  answerTransfer(callId: string, accept: boolean): void {
    this.#requests.answer(callId, accept)
  }

  /** The machine has other addresses than before: every peer is told. */
  relocate(): void {
    for (const call of this.#calls.values()) void call.relocate()
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
    this.#tones.silence(this.get(callId))
    this.#onChanged()
  }

  describe(): Call[] {
    return [...this.#calls.values()].map((call) => call.describe())
  }

  /** What a call could be made of, for who asks from there. */
  capabilities(localAddress: string): string {
    const { clock } = this.#options.dependencies
    return describeCapabilities(String(clock.wallTime()), localAddress, this.#codecs(undefined))
  }

  dial(uri: string, choices: CallChoices = {}): PhoneCall {
    if (this.#closing) throw new PhoneError('bad-state', 'The phone is shutting down')
    if (this.#calls.size >= mostCalls) throw new PhoneError('bad-state', 'There are too many calls already')
    const call = this.#newCall('outgoing', { uri }, choices)
    void call.dial(uri)
    return call
  }

  /** Takes a call that rings at somebody else's phone. */
  pickUp({ uri, replaces, accountId }: PickUp & { readonly accountId: string | undefined }): PhoneCall {
    return this.dial(uri, { through: this.#options.accounts.through(uri, accountId), replaces })
  }

  onInvite(invite: IncomingInvite): void {
    this.#incoming.onInvite(invite)
  }

  onDtmf(callId: string, digit: string, mode: DtmfWay): void {
    if (this.#calls.has(callId)) this.#options.tell((delegate) => delegate.onDtmf({ callId, digit, mode }))
  }

  onQuality(callId: string, quality: Quality): void {
    const call = this.#calls.get(callId)
    if (call === undefined) return
    const problem = call.onQuality(quality)
    if (call.state === 'terminated') return
    const told = { callId, quality, ...(problem && { problem }) }
    this.#options.tell((delegate) => delegate.onQuality(told))
  }

  onMicrophone(callId: string, dbfs: number): void {
    this.#calls.get(callId)?.onMicrophone(dbfs)
  }

  /** Ends them all, in order as far as the peers play along. New ones are refused from now on. Never rejects. */
  async close(): Promise<void> {
    this.#closing = true
    this.#requests.close()
    this.#tones.close()
    const { clock } = this.#options.dependencies
    const calls = [...this.#calls.values()]
    const ended = calls.map((call) => call.hangup().catch(() => {}))
    await withinLimit(clock, Promise.all(calls.map((call) => call.settled)))
    for (const call of calls) call.abandon()
    await withinLimit(clock, Promise.all(ended))
  }

  #newCall(
    direction: Call['direction'],
    remote: RemoteParty,
    { audio, codecs, through, referral, replaces }: CallChoices,
  ): PhoneCall {
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
      ...(replaces && { referral: { referredBy: undefined, replaces, requiresReplaces: true } }),
      ...(referral && { referral, onProgress: (status, reason) => referral.report(status, reason) }),
    })
    this.#calls.set(call.callId, call)
    return call
  }

  #environment(codecs: readonly CodecName[] | undefined, through: CallingAccount | undefined): CallEnvironment {
    const { dependencies, userAgent, media, settings, nat, tell } = this.#options
    const { network, audio } = settings()
    return {
      userAgent,
      media,
      trace: dependencies.trace,
      newRecording: (call) => this.#newRecording(call),
      clock: dependencies.clock,
      log: dependencies.log,
      codecs: codecs ? spokenCodecs(codecs, media.missing) : this.#codecs(through),
      srtp: srtpOf(through),
      rtp: { ports: network.rtpPorts, demanded: dependencies.demanded?.rtpPorts ?? false },
      listenIp: network.listenIp,
      nat: nat.forCalls(through?.settings.sendInternalIp ?? 'default'),
      transmitSilence: audio.transmitSilence,
      from: (localAddress) => through?.from ?? this.#from(localAddress),
      line: through?.line,
      dtmf: through?.settings.dtmf ?? 'auto',
      inConference: (call) => this.conference.has(call),
      onTakesOver: (call) => this.#holdOthers(call),
      onChanged: () => this.#onChanged(),
      onState: (change) => tell((delegate) => delegate.onCallState(change)),
      onDtmf: (received) => tell((delegate) => delegate.onDtmf(received)),
      onRefer: (call, refer) => this.#requests.onRefer(call, refer),
      onEnded: (call, ended) => this.#onEnded(call, ended),
    }
  }

  #codecs(through: CallingAccount | undefined): readonly CodecName[] {
    const { media, settings } = this.#options
    return spokenCodecs(through?.codecs ?? settings().audio.codecs, media.missing)
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

  /** The peer of `call` wants us to call somebody else in its place. */
  #follow(call: PhoneCall, uri: string, referral: IncomingRefer): void {
    const through = this.#options.accounts.through(uri, call.accountId)
    this.#insteadOf.set(this.dial(uri, { through, referral }), call)
  }

  #holdOthers(taker: PhoneCall): void {
    const old = this.#insteadOf.get(taker)
    // Somebody takes the place of a peer that the user had put on hold: that is no reason to hear it now.
    if (old !== undefined && taker.isIncoming && old.onHold.local) return taker.silence()
    // Its peer is about to end it: nothing more is to be agreed with it.
    if (old?.state === 'confirmed') old.silence()
    if (this.#options.dependencies.autoHold === false) return
    const joined = this.conference.has(taker)
    for (const call of this.#calls.values()) {
      if (joined && this.conference.has(call)) continue
      if (call === taker || call.state !== 'confirmed' || call.onHold.local) continue
      call.hold().catch((error: unknown) => {
        // The peer may refuse, but it must not overhear the other call.
        this.#options.dependencies.log.info('A call is held without its peer agreeing', { error: String(error) })
        call.silence()
      })
    }
  }

  #newRecording({ remote }: PhoneCall): string {
    const { store, clock } = this.#options.dependencies
    try {
      return store.newRecording(recordingName(remote, clock.wallTime()))
    } catch (error) {
      throw new PhoneError('internal', `The recording cannot be made: ${String(error)}`, {}, { cause: error })
    }
  }

  #onChanged(): void {
    this.#tones.update([...this.#calls.values()])
    this.#options.onChanged()
  }

  #onEnded(call: PhoneCall, ended: CallEnded): void {
    this.#calls.delete(call.callId)
    this.conference.ended(call)
    this.#incoming.ended(call)
    this.#requests.callEnded(call.callId, ended.by === 'local')
    const old = this.#insteadOf.get(call)
    if (old !== undefined) this.#requests.failed(old)
    this.#tones.ended(call, ended)
    this.#log(logEntryOf(call.describe(), ended))
    this.#options.tell((delegate) => delegate.onCallEnded(ended))
    this.#onChanged()
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
