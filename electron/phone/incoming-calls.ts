import type { CodecName } from '../../native/protocol.ts'
import { localCidrs } from './own-addresses.ts'
import type { Accounts, CallingAccount } from './accounts.ts'
import { isStranger, type Refusal, refusalOf, type Situation } from './admission.ts'
import { autoAnswerAfter } from './auto-answer.ts'
import type { PhoneCall } from './call.ts'
import { Callers } from './callers.ts'
import { type Forwarding, forwardingOf, type ForwardWhy } from './forward.ts'
import { refusalOfOffer } from './offer-answer.ts'
import type { Clock, IncomingInvite, Log } from './ports.ts'
import { findReplaced } from './replaced-call.ts'
import { srtpOf } from './srtp-policy.ts'
import type { Settings } from './settings.ts'
import type { Cause, NewLogEntry } from './shapes.ts'

interface IncomingCallsOptions {
  readonly clock: Clock
  readonly log: Log
  readonly accounts: Accounts
  readonly settings: () => Settings
  /** What is spoken with whoever calls in through this account. */
  readonly codecs: (through: CallingAccount | undefined) => readonly CodecName[]
  readonly closing: () => boolean
  readonly calls: () => readonly PhoneCall[]
  readonly begin: (invite: IncomingInvite, through: CallingAccount | undefined) => PhoneCall
  /** `call` takes the place of `old`, without a sound. */
  readonly insteadOf: (call: PhoneCall, old: PhoneCall) => void
  readonly keep: (entry: NewLogEntry) => void
}

/** Calls that come in: refused, sent elsewhere, rung, answered by themselves, or put in the place of another one. */
export class IncomingCalls {
  readonly #options: IncomingCallsOptions
  readonly #callers = new Callers()

  constructor(options: IncomingCallsOptions) {
    this.#options = options
  }

  onInvite(invite: IncomingInvite): void {
    const { settings, accounts } = this.#options
    const through = accounts.calling(invite.line)
    const situation = this.#situation(invite)
    if (invite.replaces !== undefined) return this.#replace(invite, situation, through)
    const unwelcome = refusalOf(invite, situation)
    const forwarding = this.#forwardingNow(invite, through, unwelcome)
    if (forwarding) return this.#forward(invite, forwarding)
    const refusal = unwelcome ?? this.#disagreement(invite, through)
    if (refusal !== undefined) return this.#refuse(invite, refusal)
    const call = this.#begin(invite, through)
    call.ring(invite)
    if (isStranger(invite, situation)) this.#callers.strangerRings(call)
    this.#forwardLater(call, invite, through)
    this.#answerLater(call, autoAnswerAfter(invite, settings().calls))
  }

  ended(call: PhoneCall): void {
    this.#callers.ended(call, call.describe().answeredAt !== undefined, this.#options.clock.now())
  }

  #situation(invite: IncomingInvite): Situation {
    const { settings, closing, calls, clock } = this.#options
    return {
      settings: settings().calls,
      calls: calls().length,
      closing: closing(),
      caller: this.#callers.record(invite.source.address, clock.now()),
      cidrs: localCidrs,
    }
  }

  #begin(invite: IncomingInvite, through: CallingAccount | undefined): PhoneCall {
    const call = this.#options.begin(invite, through)
    this.#callers.began(call, invite.source.address)
    return call
  }

  /** RFC 3891 3: a call that is talking, or that we are making, is taken over by somebody else; nobody is asked. */
  #replace(invite: IncomingInvite, situation: Situation, through: CallingAccount | undefined): void {
    const { calls, insteadOf, log } = this.#options
    const found = findReplaced(invite, calls())
    if ('status' in found) return this.#refuse(invite, found)
    // Whoever talks already is neither busy nor undisturbed by it.
    const settings = { ...situation.settings, doNotDisturb: false, callWaiting: true }
    const refusal = refusalOf(invite, { ...situation, settings }) ?? this.#disagreement(invite, through)
    if (refusal !== undefined) return this.#refuse(invite, refusal)
    const { old } = found
    const call = this.#begin(invite, through)
    insteadOf(call, old)
    call.ring(invite, true)
    const muted = old.describe().muted
    if (muted) call.mute(true)
    call
      .answer()
      // Where the old one still rings, nobody has missed it.
      .then(() => old.hangup('Call completed elsewhere'))
      .catch((error: unknown) => log.info('A call was not taken over', { error: String(error) }))
  }

  #forwarding(invite: IncomingInvite, through: CallingAccount | undefined, why: ForwardWhy): Forwarding | undefined {
    return through && forwardingOf(invite, through, why, this.#options.log)
  }

  /** Who finds the user undisturbed or the line busy may be let in elsewhere; whoever is to be refused is not sent on. */
  #forwardingNow(
    invite: IncomingInvite,
    through: CallingAccount | undefined,
    refusal: Refusal | undefined,
  ): Forwarding | undefined {
    if (refusal !== undefined && refusal.forward === undefined) return undefined
    const always = this.#forwarding(invite, through, 'always')
    return always ?? (refusal?.forward === 'busy' ? this.#forwarding(invite, through, 'busy') : undefined)
  }

  #forward(invite: IncomingInvite, { uri, diversion, reason, cause }: Forwarding): void {
    invite.redirect([uri], diversion)
    this.#keep(invite, 302, reason, cause)
  }

  #forwardLater(call: PhoneCall, invite: IncomingInvite, through: CallingAccount | undefined): void {
    const forwarding = this.#forwarding(invite, through, 'no-answer')
    if (!through || !forwarding) return
    this.#options.clock.after(through.settings.forward.noAnswerSeconds * 1000, () => {
      if (call.isRinging) call.redirect(forwarding.uri, forwarding)
    })
  }

  #answerLater(call: PhoneCall, waitMs: number | undefined): void {
    const { clock, log } = this.#options
    if (waitMs === undefined) return
    clock.after(waitMs, () => {
      if (call.state !== 'incoming') return
      call.answer().catch((error: unknown) => {
        log.warn('A call could not be answered automatically', { error: String(error) })
      })
    })
  }

  /** Nothing shared, or an SDP nobody can read: no reason to ring (RFC 3261 13.3.1.3: 488). */
  #disagreement({ offer, source }: IncomingInvite, through: CallingAccount | undefined): Refusal | undefined {
    if (offer === undefined) return undefined
    const codecs = this.#options.codecs(through)
    const refusal = refusalOfOffer(offer, { codecs, source: source.address, srtp: srtpOf(through) })
    if (!refusal) return undefined
    const { status, reason } = refusal
    return status === 400 ? { status, reason } : { status, reason: 'Not Acceptable Here', log: 'not-acceptable' }
  }

  #refuse(invite: IncomingInvite, { status, reason, log }: Refusal): void {
    invite.reject(status, reason)
    this.#options.log.info(`An incoming call was refused: ${status} ${reason}`, { from: invite.source.address })
    if (log !== undefined) this.#keep(invite, status, reason, log)
  }

  #keep(invite: IncomingInvite, code: number, reason: string, cause: Cause): void {
    this.#options.keep({
      at: new Date(this.#options.clock.wallTime()).toISOString(),
      direction: 'incoming',
      remote: invite.from,
      answered: false,
      missed: cause !== 'declined',
      code,
      reason,
      cause,
      durationMs: 0,
      sipCallId: invite.sipCallId,
    })
  }
}
