import type { Quality, ToneName } from '../../native/protocol.ts'
import { CallDialog } from './call-dialog.ts'
import type { CallEnvironment, CallOptions } from './call-environment.ts'
import { disagreement, failureOf } from './call-failure.ts'
import { IncomingSession } from './incoming-session.ts'
import { CallMedia } from './call-media.ts'
import { type CallInput, type CallOutput, type CallState, type Ended, newCall, step, toneOf } from './call-state.ts'
import type { Forwarding } from './forward.ts'
import type { NoAudioCode } from './no-audio.ts'
import { OutgoingSession } from './outgoing-session.ts'
import { PhoneError } from './phone-error.ts'
import { type Dialog, type IncomingInvite, MediaError, type Replaces } from './ports.ts'
import type { Call, DtmfMode, RemoteParty } from './shapes.ts'

/** Nobody lets it ring longer; proxies give up after three minutes (RFC 3261 16.6, timer C). */
export const ringLimitMs = 200_000
/** How long a CANCEL may take before the user is told that the call is over anyway. */
export const cancelLimitMs = 5000

/** One call: ties the machine, the user agent's INVITE or dialog, and the media together. */
export class PhoneCall {
  readonly callId: string
  readonly remote: RemoteParty
  /** Resolves when the peer has nothing more to say about this call either: for an orderly shutdown. */
  readonly settled: Promise<void>
  readonly #environment: CallEnvironment
  readonly #options: CallOptions
  readonly #media: CallMedia
  readonly #dialog: CallDialog
  readonly #startedAt: number
  readonly #ended = Promise.withResolvers<void>()
  #machine: CallState
  #muted = false
  #recording: string | undefined
  #outgoing: OutgoingSession | undefined
  #incoming: IncomingSession | undefined
  #answeredAt: { readonly wallTime: number; readonly monotonic: number } | undefined
  #accepting: Promise<void> = Promise.resolve()
  #stopTimer: () => void = () => {}

  constructor(environment: CallEnvironment, options: CallOptions) {
    this.#environment = environment
    this.#options = options
    this.callId = options.callId
    this.remote = options.remote
    this.#startedAt = environment.clock.wallTime()
    this.#machine = newCall(options.direction)
    this.#media = new CallMedia(environment, options.callId, options.sessionId, (note) => {
      environment.log.info(note, { callId: options.callId })
      environment.trace.annotate(this.#sipCallId, note)
    })
    this.#dialog = new CallDialog({
      callId: options.callId,
      environment,
      media: this.#media,
      machine: () => this.#machine,
      outgoing: () => this.#outgoing?.invite,
      feed: (input) => this.#feed(input),
      onRefer: (refer) => environment.onRefer(this, refer),
    })
    this.settled = this.#settle()
  }

  get state(): Call['state'] {
    return this.#machine.state
  }

  get onHold(): CallState['onHold'] {
    return this.#machine.onHold
  }

  /** What the user should hear of the call's progress; nothing where the call's sound goes to no speaker. */
  get tone(): ToneName | null {
    return this.audible ? toneOf(this.#machine) : null
  }

  get isIncoming(): boolean {
    return this.#machine.direction === 'incoming'
  }

  /** Incoming, and neither answered nor about to be. */
  get isRinging(): boolean {
    return this.state === 'incoming' && this.#machine.pending === 'nothing'
  }

  /** Whether its sound comes out of a speaker. */
  get audible(): boolean {
    return this.#options.audio(this.describe()).sink.kind === 'device'
  }

  get accountId(): string | undefined {
    return this.#options.accountId
  }

  get #sipCallId(): string {
    return this.#outgoing?.invite?.sipCallId ?? this.#incoming?.sipCallId ?? ''
  }

  describe(): Call {
    const { direction, state, onHold } = this.#machine
    const { transferring } = this.#dialog
    const { codec, srtp } = this.#media.config ?? {}
    return {
      callId: this.callId,
      sipCallId: this.#sipCallId,
      direction,
      state,
      remote: this.remote,
      ...(this.#options.accountId !== undefined && { accountId: this.#options.accountId }),
      ...(codec !== undefined && { codec }),
      srtp: srtp !== undefined,
      muted: this.#muted,
      onHold,
      ...(this.#dialog.canModifyEarly && { canHold: true as const }),
      recording: this.#recording !== undefined,
      conference: this.#environment.inConference(this),
      ...(transferring && { transfer: transferring }),
      startedAt: new Date(this.#startedAt).toISOString(),
      ...(this.#answeredAt && { answeredAt: new Date(this.#answeredAt.wallTime).toISOString() }),
    }
  }

  /** An outgoing call: route, ports, INVITE. Whatever fails on the way ends the call, with a reason for people. */
  async dial(uri: string): Promise<void> {
    const outgoing = new OutgoingSession({
      environment: this.#environment,
      media: this.#media,
      referral: this.#options.referral,
      isOver: () => this.state === 'terminated',
      wantsHold: () => this.#dialog.wantsHold,
      onProvisional: (answer) => this.#feed({ kind: 'provisional', ...answer }),
      onAccepted: (dialog, answer) => this.#accepted(dialog, answer),
      onRejected: (response) => this.#feed({ kind: 'rejected', response }),
    })
    this.#outgoing = outgoing
    // The caller has its callId before it hears of the call.
    await Promise.resolve()
    this.#announce()
    this.#startTimer(ringLimitMs)
    try {
      await outgoing.dial(uri, () => this.#options.audio(this.describe()))
    } catch (error) {
      this.#fail(error)
    }
  }

  /** An incoming call: rings until somebody answers, refuses, or gives up; quietly where it is answered at once. */
  ring(invite: IncomingInvite, quietly = false): void {
    const incoming = new IncomingSession(invite, {
      media: this.#media,
      onCancelled: (reasonHeader) => this.#feed({ kind: 'cancelled', reasonHeader }),
      onDisagreed: (reason) => this.#feed(disagreement(reason)),
    })
    this.#incoming = incoming
    this.#startTimer(ringLimitMs)
    try {
      this.#media.meet(invite.localAddress, invite.source.address)
      if (!quietly) incoming.ring(() => this.#options.audio(this.describe())).catch((error) => this.#fail(error))
      this.#announce()
      this.#environment.onChanged()
    } catch (error) {
      this.#announce()
      this.#fail(error)
    }
  }

  /** Resolves when our 200 is out. */
  async answer(): Promise<void> {
    this.#mustRing('answered')
    if (this.#machine.pending === 'nothing') {
      this.#feed({ kind: 'answer' })
      this.#accepting = this.#accept()
    }
    await this.#accepting
  }

  reject(status: number, reason: string): void {
    this.#mustRing('rejected')
    this.#feed({ kind: 'reject', status, reason })
  }

  /** `forwarding`: the settings do it, because nobody answers. */
  redirect(uri: string, forwarding?: Forwarding): void {
    this.#mustRing('sent elsewhere')
    this.#incoming?.redirect(uri, forwarding?.diversion)
    const { reason = 'Moved Temporarily', cause } = forwarding ?? {}
    this.#feed({ kind: 'reject', status: 302, reason, ...(cause && { cause }) })
  }

  /** Ends the call from whatever state, telling why; resolves when the peer has agreed or has had its time. */
  async hangup(reason?: string): Promise<void> {
    this.#feed({ kind: 'hangup', reason })
    if (this.#machine.pending === 'cancel') this.#startTimer(cancelLimitMs)
    await this.#ended.promise
    await this.#dialog.left()
  }

  /** Asks the peer to call `target`, and hangs up when it has (RFC 3515). Rejects with a PhoneError; then the call goes on. */
  async transfer(target: string): Promise<void> {
    await this.#dialog.transfer(target)
    await this.hangup()
  }

  /** Brings this call's peer together with the other one's (RFC 5589 7); then both calls end. */
  async transferTo(other: PhoneCall): Promise<void> {
    const { target, replaces } = other.#dialog.asTarget(other.accountId === undefined, other.remote.uri)
    await this.#dialog.transfer(target, replaces)
    await Promise.all([this.hangup(), other.hangup()])
  }

  /** As what this call is the one that a Replaces header means (RFC 3891 3). */
  standing(replaces: Replaces): 'another' | 'early' | 'confirmed' | 'ended' {
    if (this.#dialog.isNamed(replaces)) return this.state === 'confirmed' ? 'confirmed' : 'ended'
    return this.state === 'early' && this.#outgoing?.isNamed(replaces) === true ? 'early' : 'another'
  }

  /** The phone cannot wait any longer for the peer's consent. */
  abandon(): void {
    if (this.state !== 'terminated') this.#feed({ kind: 'no-answer' })
  }

  /** Resolves when the peer has agreed, before the answer too where it takes UPDATE (RFC 3311). */
  async hold(): Promise<void> {
    await this.#dialog.modify(true)
  }

  async resume(): Promise<void> {
    if (this.state === 'confirmed') this.#environment.onTakesOver(this)
    await this.#dialog.modify(false)
  }

  /** The machine has other addresses than before. Never rejects. */
  async relocate(): Promise<void> {
    await this.#dialog.relocate()
  }

  /** Hold without the peer's consent: nothing is heard or said until `resume`. */
  silence(): void {
    this.#media.silence(true)
    this.#feed({ kind: 'hold', side: 'local', on: true })
  }

  mute(on: boolean): void {
    if (this.state === 'terminated') throw new PhoneError('bad-state', 'The call has ended')
    this.#muted = on
    this.#media.mute(on)
    this.#environment.onChanged()
  }

  /** Begins a recording, with its file, or ends the one there is: the file is whole then. Rejects with `bad-state`. */
  async record(on: boolean): Promise<string | undefined> {
    if (this.state !== 'confirmed') throw new PhoneError('bad-state', 'Only an answered call can be recorded')
    if (on === (this.#recording !== undefined)) return this.#recording
    const path = this.#recording ?? this.#environment.newRecording(this)
    this.#recording = on ? path : undefined
    this.#environment.onChanged()
    await this.#media.record(on ? path : null)
    return path
  }

  /** Resolves when all are sent, with the way they went. */
  async dtmf(digits: string, mode?: DtmfMode): Promise<DtmfMode> {
    return this.#dialog.dtmf(digits, mode)
  }

  /** Why there may be no sound, if so it seems. */
  onQuality(quality: Quality): NoAudioCode | undefined {
    return this.#media.onQuality(quality)
  }

  onMicrophone(dbfs: number): void {
    this.#media.onMicrophone(dbfs)
  }

  /** Ends the call because of something on our side of the wire. */
  #fail(error: unknown): void {
    const failure = failureOf(error)
    if (failure.cause === 'internal') this.#environment.log.error('A call failed', { error: String(error) })
    this.#feed(failure)
  }

  #accepted(dialog: Dialog, answer: string): void {
    this.#dialog.adopt(dialog)
    const wanted = this.state !== 'terminated' && this.#machine.pending !== 'cancel'
    this.#feed({ kind: 'accepted' })
    // RFC 3261 13.2.1: with the answer in a reliable provisional response the 2xx may come without.
    if (!wanted || (answer === '' && this.#media.config !== undefined)) return
    this.#dialog.agreed(this.#media.take(answer, this.#dialog.wantsHold))
  }

  async #accept(): Promise<void> {
    try {
      const audio = () => this.#options.audio(this.describe())
      const dialog = await this.#incoming?.accept(audio, () => this.state === 'incoming')
      if (dialog !== undefined) {
        this.#dialog.adopt(dialog)
        this.#feed({ kind: 'answered' })
      }
    } catch (error) {
      if (this.state === 'incoming') this.#fail(error)
      if (error instanceof PhoneError || error instanceof MediaError) throw error
    }
    if (this.state !== 'confirmed') throw new PhoneError('bad-state', 'The call ended before it was answered')
  }

  #feed(input: CallInput): void {
    this.#environment.trace.noteInput('call', this.#sipCallId, input)
    const [machine, outputs] = step(this.#machine, input)
    this.#machine = machine
    for (const output of outputs) this.#act(output)
    if (outputs.length > 0) this.#environment.onChanged()
  }

  #act(output: CallOutput): void {
    switch (output.kind) {
      case 'state':
        if (output.state === 'confirmed') this.#onConfirmed()
        else if (output.state === 'terminated') this.#dialog.ended()
        this.#announce(output.code, output.reason)
        if (output.state !== 'terminated') this.#options.onProgress?.(output.code ?? 100, output.reason ?? '')
        return
      case 'send':
        if (output.what === 'cancel') this.#outgoing?.cancel(output.reason)
        else this.#dialog.leave()
        return
      case 'reject':
        this.#incoming?.reject(output.status, output.reason)
        return
      case 'ended':
        void this.#end(output)
        return
      case 'accept':
      case 'changed':
    }
  }

  #onConfirmed(): void {
    const { clock, onTakesOver } = this.#environment
    this.#stopTimer()
    this.#answeredAt = { wallTime: clock.wallTime(), monotonic: clock.now() }
    if (!this.onHold.local) onTakesOver(this)
  }

  async #end({ code, reason, by, cause }: Ended): Promise<void> {
    this.#stopTimer()
    // What went wrong in here is nobody else's business.
    this.#options.onProgress?.(code, by === 'remote' ? reason : '')
    const { clock, onEnded } = this.#environment
    const durationMs = this.#answeredAt === undefined ? 0 : Math.round(clock.now() - this.#answeredAt.monotonic)
    const quality = await this.#media.close()
    const who = { callId: this.callId, sipCallId: this.#sipCallId }
    onEnded(this, { ...who, code, reason, by, cause, durationMs, ...(quality && { quality }) })
    this.#ended.resolve()
  }

  async #settle(): Promise<void> {
    await this.#ended.promise
    await this.#outgoing?.over
    await this.#dialog.left()
  }

  #announce(code?: number, reason?: string): void {
    const answer = { ...(code !== undefined && { code }), ...(reason !== undefined && { reason }) }
    this.#environment.onState({ callId: this.callId, state: this.state, ...answer })
  }

  #startTimer(ms: number): void {
    this.#stopTimer()
    this.#stopTimer = this.#environment.clock.after(ms, () => this.#feed({ kind: 'no-answer' }))
  }

  #mustRing(what: string): void {
    if (this.state !== 'incoming') throw new PhoneError('bad-state', `Only a ringing incoming call can be ${what}`)
  }
}
