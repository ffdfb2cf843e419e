import { CallDtmf, checkDigits } from './call-dtmf.ts'
import type { CallEnvironment } from './call-environment.ts'
import { changeHold } from './call-hold.ts'
import type { CallMedia } from './call-media.ts'
import { decideOn } from './later-offer.ts'
import type { CallInput, CallState } from './call-state.ts'
import { disagreement } from './call-failure.ts'
import { readDtmfInfo } from './dtmf-info.ts'
import { PhoneError } from './phone-error.ts'
import type { Dialog, IncomingRefer, OfferDecision, OutgoingInvite, Replaces } from './ports.ts'
import type { CallTransfer, DtmfMode } from './shapes.ts'
import { Transfer } from './transfer.ts'

/** The call that a dialog belongs to. */
interface CallDialogHost {
  readonly callId: string
  readonly environment: CallEnvironment
  readonly media: CallMedia
  readonly machine: () => CallState
  /** Our INVITE, which may be unanswered yet. */
  readonly outgoing: () => OutgoingInvite | undefined
  readonly feed: (input: CallInput) => void
  /** The peer asks us to call somebody else. */
  readonly onRefer: (refer: IncomingRefer) => void
}

/** An answered call's dialog: what the user asks of the peer in it, and what the peer asks for. */
export class CallDialog {
  readonly #host: CallDialogHost
  #dialog: Dialog | undefined
  #wantsHold = false
  #bye: Promise<void> = Promise.resolve()
  /** One re-INVITE, one row of digits at a time. */
  #modifying: Promise<unknown> = Promise.resolve()
  #dialling: Promise<unknown> = Promise.resolve()
  readonly #dtmf: CallDtmf
  #transfer: Transfer | undefined
  #transferring: CallTransfer | undefined

  constructor(host: CallDialogHost) {
    this.#host = host
    this.#dtmf = new CallDtmf(host.media, host.environment)
  }

  adopt(dialog: Dialog): void {
    const { media, feed, onRefer } = this.#host
    this.#dialog = dialog
    dialog.delegate = {
      onAck: (answer) => {
        if (answer !== undefined || media.config === undefined) this.agreed(media.take(answer ?? '', this.#wantsHold))
      },
      onReinvite: (offer) => this.#onReinvite(offer),
      onInfo: (contentType, body) => this.#onInfo(contentType, body),
      onRefresh: () => void this.#refresh(dialog),
      onRefer: (refer) => this.#onRefer(refer, onRefer),
      onBye: (by) => feed({ kind: 'bye', by }),
    }
  }

  /** Throws PhoneError `bad-state` with these words unless the call is answered. */
  confirmed(otherwise: string): Dialog {
    if (this.#host.machine().state !== 'confirmed' || this.#dialog === undefined) {
      throw new PhoneError('bad-state', otherwise)
    }
    return this.#dialog
  }

  /** The first agreement of an answered call; without one there is no call. */
  agreed(agreement: { ok: true } | { ok: false; reason: string }): void {
    const { media, feed } = this.#host
    if (agreement.ok) this.#showRemoteHold()
    else if (media.config === undefined) {
      feed(disagreement(agreement.reason))
    }
  }

  /**
   * Who is at the other end, for another peer to call in this call's place. `uri`: as we called them, `direct`: without
   * an account. Throws PhoneError `bad-state` unless the call is answered.
   */
  asTarget(direct: boolean, uri: string): { readonly target: string; readonly replaces: Replaces } {
    const { name, remoteTarget } = this.confirmed('Both calls must be answered')
    // RFC 3891 3: the tags as they look from over there.
    const replaces = { callId: name.callId, toTag: name.remoteTag, fromTag: name.localTag, earlyOnly: false }
    // RFC 5589 7.3: the very phone that is meant. Through an account only its server may know the way to it, unless
    // the Contact is good for everybody (RFC 5627).
    const reachable = direct || /;gr(?:[=;]|$)/i.test(remoteTarget)
    return { target: reachable ? remoteTarget : uri, replaces }
  }

  /** Whether a Replaces header that came in means this dialog (RFC 3891 3). */
  isNamed({ callId, toTag, fromTag }: Replaces): boolean {
    const name = this.#dialog?.name
    return name?.callId === callId && name.localTag === toTag && name.remoteTag === fromTag
  }

  /** What the user wants, agreed or on its way. */
  get wantsHold(): boolean {
    return this.#wantsHold
  }

  /** The transfer under way. */
  get transferring(): CallTransfer | undefined {
    return this.#transferring
  }

  /** Resolves when the peer has reached the target; rejects with a PhoneError, and the call goes on. */
  async transfer(target: string, replaces?: Replaces): Promise<void> {
    const { environment, feed } = this.#host
    const dialog = this.confirmed('Only an answered call can be transferred')
    if (this.#transfer !== undefined) throw new PhoneError('bad-state', 'This call is being transferred already')
    const referredBy = environment.from(dialog.localAddress).uri
    const refer = { target, referredBy, ...(replaces && { replaces }) }
    this.#show({ target })
    this.#transfer = new Transfer(dialog, refer, {
      clock: environment.clock,
      onProgress: (code, reason) => this.#show({ target, code, reason }),
      onGone: () => feed({ kind: 'bye', by: 'network' }),
      onInput: (input) => environment.trace.noteInput('transfer', dialog.name.callId, input),
    })
    try {
      await this.#transfer.done
    } finally {
      this.#transfer = undefined
      this.#show(undefined)
    }
  }

  /** The call is over: nothing can be learned here any more. */
  ended(): void {
    this.#transfer?.callEnded()
  }

  leave(): void {
    this.#bye = this.#dialog?.bye() ?? Promise.resolve()
  }

  /** Resolves when our BYE, if there is one, is answered or has given up. */
  async left(): Promise<void> {
    await this.#bye
  }

  /** Whether hold, and everything else that is agreed on, can change before the call is answered. */
  get canModifyEarly(): boolean {
    return this.#early !== undefined
  }

  /** Hold, or its end; resolves when the peer has agreed. */
  async modify(hold: boolean): Promise<void> {
    const turn = this.#modifying.then(() => this.#reinvite(hold))
    this.#modifying = turn.catch(() => {})
    await turn
  }

  /** Resolves when all are sent, with the way they went. */
  async dtmf(digits: string, mode?: DtmfMode): Promise<DtmfMode> {
    const checked = checkDigits(digits)
    const turn = this.#dialling.then(() => {
      const dialog = this.confirmed('Digits can only be sent in an answered call')
      return this.#dtmf.send(checked, mode, dialog)
    })
    this.#dialling = turn.catch(() => {})
    return turn
  }

  /** An early dialog, where UPDATE does what a re-INVITE does later (RFC 3311). */
  get #early(): Pick<Dialog, 'reinvite' | 'relocate'> | undefined {
    const outgoing = this.#host.outgoing()
    if (this.#host.machine().state !== 'early' || outgoing?.canUpdate !== true) return undefined
    return { reinvite: (offer) => outgoing.update(offer), relocate: () => outgoing.relocate() }
  }

  async #reinvite(hold: boolean): Promise<void> {
    const { media, machine, feed } = this.#host
    const dialog = this.#early ?? this.confirmed(`Only an answered call can be ${hold ? 'held' : 'resumed'}`)
    if (machine().onHold.local === hold) return
    if (media.silenced) {
      media.silence(false)
      feed({ kind: 'hold', side: 'local', on: false })
      return
    }
    this.#wantsHold = hold
    try {
      await changeHold(hold, { dialog, media, onLost: () => feed({ kind: 'bye', by: 'network' }) })
    } catch (error) {
      this.#wantsHold = machine().onHold.local
      throw error
    }
    if (machine().state === 'terminated') throw new PhoneError('bad-state', 'The call has ended')
    feed({ kind: 'hold', side: 'local', on: hold })
    this.#showRemoteHold()
  }

  /** The machine has other addresses than before: the peer is told where its packets have to go. Never rejects. */
  async relocate(): Promise<void> {
    const { media, environment, machine } = this.#host
    // NOTE: without UPDATE an unanswered call stays as it is. The answers to its INVITE go where that came from (RFC
    // 3261 18.2.2), and another INVITE would ring at the peer as a second call.
    const dialog = machine().state === 'confirmed' ? this.#dialog : this.#early
    if (dialog === undefined) return
    try {
      const localAddress = await dialog.relocate()
      if (localAddress === undefined) return
      await environment.nat.ready()
      media.move(localAddress)
    } catch (error) {
      // Without a network there is nobody to be told; the next one comes with a change of its own.
      environment.log.info('A call has no way to its peer', { error: String(error) })
      return
    }
    await this.#refresh(dialog)
  }

  /** Never rejects: what the peer made of it, the user agent knows. */
  async #refresh(dialog: Pick<Dialog, 'reinvite'>): Promise<void> {
    const { media, machine } = this.#host
    const turn = this.#modifying.then(async () => {
      const { answer } = await dialog.reinvite(() => media.offer(this.#wantsHold))
      if (answer !== undefined && machine().state !== 'terminated') {
        this.agreed(media.take(answer, this.#wantsHold))
      }
    })
    this.#modifying = turn.catch(() => {})
    await this.#modifying
  }

  #onReinvite(offer: string | undefined): OfferDecision {
    const { media, machine } = this.#host
    if (machine().state !== 'confirmed') return { status: 481, reason: 'Call/Transaction Does Not Exist' }
    if (offer === undefined) return { sdp: media.offer(this.#wantsHold) }
    const decision = decideOn(offer, media, this.#wantsHold)
    if ('sdp' in decision) this.#showRemoteHold()
    return decision
  }

  #onRefer(refer: IncomingRefer, tell: (refer: IncomingRefer) => void): void {
    if (this.#host.machine().state === 'confirmed') tell(refer)
    else refer.reject(481)
  }

  #show(transferring: CallTransfer | undefined): void {
    this.#transferring = transferring
    this.#host.environment.onChanged()
  }

  #onInfo(contentType: string, body: string): { status: number } {
    const { callId, environment } = this.#host
    const digit = readDtmfInfo(contentType, body)
    if (digit === undefined) return { status: contentType === '' ? 200 : 415 }
    if (digit !== '') environment.onDtmf({ callId, digit, mode: 'info' })
    return { status: 200 }
  }

  #showRemoteHold(): void {
    const { media, feed, environment } = this.#host
    feed({ kind: 'hold', side: 'remote', on: media.remoteHold })
    environment.onChanged()
  }
}
