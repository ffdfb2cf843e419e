import type { Quality, SessionAudio, ToneName } from '../../native/protocol.ts'
import { checkDigits, sendDtmf } from './call-dtmf.ts'
import { changeHold } from './call-hold.ts'
import type { CallEnvironment, CallOptions } from './call-environment.ts'
import { failureOf } from './call-failure.ts'
import { CallMedia } from './call-media.ts'
import { type CallInput, type CallOutput, type CallState, type Ended, newCall, step, toneOf } from './call-state.ts'
import { readDtmfInfo } from './dtmf-info.ts'
import { PhoneError } from './phone-error.ts'
import { type Dialog, type IncomingInvite, MediaError, type OutgoingInvite } from './ports.ts'
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
  readonly #startedAt: number
  readonly #ended = Promise.withResolvers<void>()
  readonly #inviteDone = Promise.withResolvers<void>()
  #machine: CallState
  #muted = false
  /** What the user wants, agreed or on its way. */
  #wantsHold = false
  #sipCallId = ''
  #outgoing: OutgoingInvite | undefined
  #incoming: IncomingInvite | undefined
  #dialog: Dialog | undefined
  #answeredAt: { readonly wallTime: number; readonly monotonic: number } | undefined
  #accepting: Promise<void> = Promise.resolve()
  #bye: Promise<void> = Promise.resolve()
  /** One re-INVITE, one row of digits at a time. */
  #modifying: Promise<unknown> = Promise.resolve()
  #dialling: Promise<unknown> = Promise.resolve()
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
    return this.#options.audio(this.describe()).sink.kind === 'device' ? toneOf(this.#machine) : null
  }

  describe(): Call {
    const { direction, state, onHold } = this.#machine
    const codec = this.#media.config?.codec
    return {
      callId: this.callId,
      sipCallId: this.#sipCallId,
      direction,
      state,
      remote: this.remote,
      ...(this.#options.accountId !== undefined && { accountId: this.#options.accountId }),
      ...(codec !== undefined && { codec }),
      srtp: false,
      muted: this.#muted,
      onHold,
      recording: false,
      conference: false,
      startedAt: new Date(this.#startedAt).toISOString(),
      ...(this.#answeredAt && { answeredAt: new Date(this.#answeredAt.wallTime).toISOString() }),
    }
  }

  /** An outgoing call: route, ports, INVITE. Whatever fails on the way ends the call, with a reason for people. */
  async dial(uri: string): Promise<void> {
    // The caller has its callId before it hears of the call.
    await Promise.resolve()
    this.#announce()
    this.#startTimer(ringLimitMs)
    try {
      const { userAgent, line } = this.#environment
      const { localAddress, remoteAddress } = await userAgent.route(uri, line)
      this.#media.meet(localAddress, remoteAddress)
      await this.#media.open(this.#options.audio(this.describe()))
      if (this.state === 'terminated') this.#inviteDone.resolve()
      else this.#invite(uri, localAddress)
    } catch (error) {
      this.#inviteDone.resolve()
      this.#fail(error)
    }
  }

  /** An incoming call: rings until somebody answers, refuses, or gives up. */
  ring(invite: IncomingInvite): void {
    this.#incoming = invite
    this.#sipCallId = invite.sipCallId
    this.#inviteDone.resolve()
    invite.delegate = { onCancelled: (reasonHeader) => this.#feed({ kind: 'cancelled', reasonHeader }) }
    this.#startTimer(ringLimitMs)
    try {
      this.#media.meet(invite.localAddress, invite.source.address)
      invite.ring()
      this.#announce()
      this.#environment.onChanged()
    } catch (error) {
      this.#announce()
      this.#fail(error)
    }
  }

  /** Resolves when our 200 is out. `audio` replaces what the phone would choose. */
  async answer(audio?: SessionAudio): Promise<void> {
    this.#mustRing('answered')
    if (this.#machine.pending === 'nothing') {
      this.#feed({ kind: 'answer' })
      this.#accepting = this.#accept(audio)
    }
    await this.#accepting
  }

  reject(status: number, reason: string): void {
    this.#mustRing('rejected')
    this.#feed({ kind: 'reject', status, reason })
  }

  redirect(uri: string): void {
    this.#mustRing('sent elsewhere')
    this.#incoming?.redirect([uri])
    this.#incoming = undefined
    this.#feed({ kind: 'reject', status: 302, reason: 'Moved Temporarily' })
  }

  /** Ends the call from whatever state; resolves when the peer has agreed or has had its time. */
  async hangup(): Promise<void> {
    this.#feed({ kind: 'hangup' })
    if (this.#machine.pending === 'cancel') this.#startTimer(cancelLimitMs)
    await this.#ended.promise
    await this.#bye
  }

  /** The phone cannot wait any longer for the peer's consent. */
  abandon(): void {
    if (this.state !== 'terminated') this.#feed({ kind: 'no-answer' })
  }

  /** Resolves when the peer has agreed. */
  async hold(): Promise<void> {
    await this.#modify(true)
  }

  async resume(): Promise<void> {
    if (this.state === 'confirmed') this.#environment.onTakesOver(this)
    await this.#modify(false)
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

  /** Resolves when all are sent, with the way they went. */
  async dtmf(digits: string, mode?: DtmfMode): Promise<DtmfMode> {
    const checked = checkDigits(digits)
    const turn = this.#dialling.then(() => {
      const dialog = this.#confirmedDialog('Digits can only be sent in an answered call')
      return sendDtmf(checked, mode, { media: this.#media, dialog, clock: this.#environment.clock })
    })
    this.#dialling = turn.catch(() => {})
    return turn
  }

  onQuality(quality: Quality): void {
    this.#media.onQuality(quality)
  }

  /** Ends the call because of something on our side of the wire. */
  #fail(error: unknown): void {
    const failure = failureOf(error)
    if (failure.cause === 'internal') this.#environment.log.error('A call failed', { error: String(error) })
    this.#feed(failure)
  }

  #invite(uri: string, localAddress: string): void {
    const { userAgent, from, line, onChanged } = this.#environment
    const invite = { uri, from: from(localAddress), sdp: this.#media.offer(false), ...(line && { line }) }
    this.#outgoing = userAgent.invite(invite, {
      onProvisional: ({ status, reason, tag, sdp }) => {
        // RFC 3261 13.2.1: an answer in a provisional response is a preview of the one in the 2xx; early media.
        const media = this.state !== 'terminated' && sdp !== undefined && this.#media.take(sdp, false).ok
        this.#feed({ kind: 'provisional', status, reason, tag, media })
      },
      onAccepted: (dialog, answer) => this.#accepted(dialog, answer),
      onRejected: (response) => {
        this.#inviteDone.resolve()
        this.#feed({ kind: 'rejected', response })
      },
    })
    this.#sipCallId = this.#outgoing.sipCallId
    onChanged()
  }

  #accepted(dialog: Dialog, answer: string): void {
    this.#inviteDone.resolve()
    this.#adopt(dialog)
    const wanted = this.state !== 'terminated' && this.#machine.pending !== 'cancel'
    this.#feed({ kind: 'accepted' })
    // RFC 3261 13.2.1: with the answer in a reliable provisional response the 2xx may come without.
    if (!wanted || (answer === '' && this.#media.config !== undefined)) return
    this.#agreed(this.#media.take(answer, false))
  }

  async #accept(audio: SessionAudio | undefined): Promise<void> {
    try {
      const invite = this.#incoming
      if (invite === undefined) throw new PhoneError('bad-state', 'The call has gone')
      await this.#media.open(audio ?? this.#options.audio(this.describe()))
      if (this.state === 'incoming') {
        this.#adopt(await invite.accept(this.#media.accept(invite.offer)))
        this.#feed({ kind: 'answered' })
      }
    } catch (error) {
      if (this.state === 'incoming') this.#fail(error)
      if (error instanceof PhoneError || error instanceof MediaError) throw error
    }
    if (this.state !== 'confirmed') throw new PhoneError('bad-state', 'The call ended before it was answered')
  }

  #adopt(dialog: Dialog): void {
    this.#dialog = dialog
    dialog.delegate = {
      onAck: (answer) => {
        if (answer !== undefined || this.#media.config === undefined) {
          this.#agreed(this.#media.take(answer ?? '', this.#wantsHold))
        }
      },
      onReinvite: (offer) => this.#onReinvite(offer),
      onInfo: (contentType, body) => this.#onInfo(contentType, body),
      onBye: (by) => this.#feed({ kind: 'bye', by }),
    }
  }

  #onReinvite(offer: string | undefined): { sdp: string } | { status: number; reason: string } {
    if (this.state !== 'confirmed') return { status: 481, reason: 'Call/Transaction Does Not Exist' }
    if (offer === undefined) return { sdp: this.#media.offer(this.#wantsHold) }
    const answer = this.#media.answer(offer, this.#wantsHold)
    // RFC 3261 14.2: a refused re-INVITE leaves the session as it was.
    if (!answer.ok)
      return { status: answer.status, reason: answer.status === 400 ? answer.reason : 'Not Acceptable Here' }
    this.#showRemoteHold()
    return { sdp: answer.sdp }
  }

  #onInfo(contentType: string, body: string): { status: number } {
    const digit = readDtmfInfo(contentType, body)
    if (digit === undefined) return { status: contentType === '' ? 200 : 415 }
    if (digit !== '') this.#environment.onDtmf({ callId: this.callId, digit, mode: 'info' })
    return { status: 200 }
  }

  /** The first agreement of an answered call; without one there is no call. */
  #agreed(agreement: { ok: true } | { ok: false; reason: string }): void {
    if (agreement.ok) this.#showRemoteHold()
    else if (this.#media.config === undefined) {
      const { reason } = agreement
      this.#feed({ kind: 'failed', cause: 'not-acceptable', status: 488, reason, by: 'local' })
    }
  }

  #showRemoteHold(): void {
    this.#feed({ kind: 'hold', side: 'remote', on: this.#media.remoteHold })
    this.#environment.onChanged()
  }

  async #modify(hold: boolean): Promise<void> {
    const turn = this.#modifying.then(() => this.#reinvite(hold))
    this.#modifying = turn.catch(() => {})
    await turn
  }

  async #reinvite(hold: boolean): Promise<void> {
    const dialog = this.#confirmedDialog(`Only an answered call can be ${hold ? 'held' : 'resumed'}`)
    if (this.onHold.local === hold) return
    if (this.#media.silenced) {
      this.#media.silence(false)
      this.#feed({ kind: 'hold', side: 'local', on: false })
      return
    }
    this.#wantsHold = hold
    try {
      const onLost = () => this.#feed({ kind: 'bye', by: 'network' })
      await changeHold(hold, { dialog, media: this.#media, onLost })
    } catch (error) {
      this.#wantsHold = this.onHold.local
      throw error
    }
    if (this.state !== 'confirmed') throw new PhoneError('bad-state', 'The call has ended')
    this.#feed({ kind: 'hold', side: 'local', on: hold })
    this.#showRemoteHold()
  }

  #feed(input: CallInput): void {
    const [machine, outputs] = step(this.#machine, input)
    this.#machine = machine
    for (const output of outputs) this.#act(output)
    if (outputs.length > 0) this.#environment.onChanged()
  }

  #act(output: CallOutput): void {
    switch (output.kind) {
      case 'state':
        if (output.state === 'confirmed') this.#onConfirmed()
        this.#announce(output.code, output.reason)
        return
      case 'send':
        if (output.what === 'cancel') this.#outgoing?.cancel()
        else this.#bye = this.#dialog?.bye() ?? Promise.resolve()
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
    onTakesOver(this)
  }

  async #end({ code, reason, by, cause }: Ended): Promise<void> {
    this.#stopTimer()
    const { clock, onEnded } = this.#environment
    const durationMs = this.#answeredAt === undefined ? 0 : Math.round(clock.now() - this.#answeredAt.monotonic)
    const quality = await this.#media.close()
    const who = { callId: this.callId, sipCallId: this.#sipCallId }
    onEnded(this, { ...who, code, reason, by, cause, durationMs, ...(quality && { quality }) })
    this.#ended.resolve()
  }

  async #settle(): Promise<void> {
    await Promise.all([this.#ended.promise, this.#inviteDone.promise])
    await this.#bye
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

  #confirmedDialog(otherwise: string): Dialog {
    if (this.state !== 'confirmed' || this.#dialog === undefined) throw new PhoneError('bad-state', otherwise)
    return this.#dialog
  }
}
