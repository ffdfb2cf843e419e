import type { ToneName } from '../../native/protocol.ts'
import { answeredElsewhere, causeOf } from './cause.ts'
import type { FinalResponse } from './ports.ts'
import type { CallStateName, Cause, Direction, EndedBy } from './shapes.ts'

/** One call as a pure machine: what happened goes in, what is to be done comes out. No socket, no timer, no clock. */
export interface CallState {
  readonly direction: Direction
  readonly state: CallStateName
  /** What was asked of the peer and is not yet agreed: CANCEL sent; or the user answers and the 200 is being made. */
  readonly pending: 'nothing' | 'cancel' | 'accept'
  /** Of an outgoing call: the last provisional status, 0 before the first. */
  readonly provisional: number
  /** Early media plays: no ringback of our own. */
  readonly earlyMedia: boolean
  readonly onHold: { readonly local: boolean; readonly remote: boolean }
}

export type CallInput =
  /** 101 to 199 to our INVITE. */
  | { readonly kind: 'provisional'; status: number; reason: string; tag: string; media: boolean }
  /** The 2xx to our INVITE. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; response: FinalResponse }
  /** The user takes an incoming call. */
  | { readonly kind: 'answer' }
  /** Our 200 is out. */
  | { readonly kind: 'answered' }
  /** The user (or a setting) refuses an incoming call, or sends it elsewhere (3xx). `cause` is `declined` when absent. */
  | { readonly kind: 'reject'; status: number; reason: string; cause?: Cause }
  /** CANCEL came for an incoming call. */
  | { readonly kind: 'cancelled'; reasonHeader: string | undefined }
  /** `reason`: for the Reason header of a CANCEL. */
  | { readonly kind: 'hangup'; readonly reason?: string | undefined }
  | { readonly kind: 'bye'; by: 'remote' | 'network' }
  /** Nobody answered within our own limit. */
  | { readonly kind: 'no-answer' }
  /** Something of ours failed: no port, no device, nothing to agree on. Ends the call with this status towards the peer. */
  | { readonly kind: 'failed'; cause: Cause; status: number; reason: string; by: EndedBy }
  | { readonly kind: 'hold'; side: 'local' | 'remote'; on: boolean }

export type CallOutput =
  | { readonly kind: 'state'; readonly state: CallStateName; readonly code?: number; readonly reason?: string }
  | { readonly kind: 'send'; readonly what: 'cancel' | 'bye'; readonly reason?: string | undefined }
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject'; readonly status: number; readonly reason: string }
  /** Hold, ringback or early media changed: something else than the state. */
  | { readonly kind: 'changed' }
  | Ended

export interface Ended {
  readonly kind: 'ended'
  readonly code: number
  readonly reason: string
  readonly by: EndedBy
  readonly cause: Cause
}

type Step = readonly [CallState, readonly CallOutput[]]
type Input<K extends CallInput['kind']> = Extract<CallInput, { kind: K }>

export function newCall(direction: Direction): CallState {
  return {
    direction,
    state: direction === 'outgoing' ? 'calling' : 'incoming',
    pending: 'nothing',
    provisional: 0,
    earlyMedia: false,
    onHold: { local: false, remote: false },
  }
}

/** The tone this call wants to hear now: ring for an incoming one, ringback from 180 until media of the peer's own. */
export function toneOf(call: CallState): ToneName | null {
  if (call.pending !== 'nothing') return null
  if (call.state === 'incoming') return 'ring'
  // RFC 3261 13.2.2.1 leaves ringback to us; 183 without SDP says progress, not ringing.
  const waiting = call.state === 'proceeding' || call.state === 'early'
  return waiting && call.provisional === 180 && !call.earlyMedia ? 'ringback' : null
}

/** Inputs that make no sense in the present state change nothing: races of the network are not errors. */
export function step(call: CallState, input: CallInput): Step {
  switch (call.state) {
    case 'calling':
    case 'proceeding':
    case 'early':
      return inviting(call, input)
    case 'incoming':
      return ringing(call, input)
    case 'confirmed':
      return talking(call, input)
    case 'terminated':
      // A 200 that crossed our CANCEL, or one we had already given up on: the dialog exists and has to end.
      if (input.kind === 'accepted' || input.kind === 'answered') return [call, [{ kind: 'send', what: 'bye' }]]
      return [call, []]
  }
}

function inviting(call: CallState, input: CallInput): Step {
  switch (input.kind) {
    case 'provisional':
      return provisional(call, input)
    case 'accepted':
      // RFC 3261 9.1: the CANCEL had no effect, so the user's wish takes a BYE.
      if (call.pending === 'cancel') return end(call, cancelledByUs, { kind: 'send', what: 'bye' })
      return to(call, 'confirmed', { code: 200, reason: 'OK' })
    case 'rejected':
      if (call.pending === 'cancel') return end(call, cancelledByUs)
      return end(call, {
        code: input.response.status,
        reason: input.response.reason,
        by: input.response.source === 'peer' ? 'remote' : 'network',
        cause: causeOf(input.response, call.provisional > 0),
      })
    case 'hangup':
      if (call.pending === 'cancel') return [call, []]
      // RFC 3261 9.1: a CANCEL waits for the first provisional answer. Nobody is there yet who could agree, so the
      // user need not wait for it.
      if (call.provisional === 0) return end(call, cancelledByUs, cancelling(input))
      return [{ ...call, pending: 'cancel' }, [cancelling(input), { kind: 'changed' }]]
    case 'no-answer':
      if (call.pending === 'cancel') return end(call, cancelledByUs)
      return end(
        call,
        { code: 408, reason: 'Request Timeout', by: 'local', cause: 'no-answer' },
        { kind: 'send', what: 'cancel' },
      )
    case 'failed':
      return end(call, ended(input), { kind: 'send', what: 'cancel' })
    case 'hold':
      return held(call, input)
    default:
      return [call, []]
  }
}

function provisional(call: CallState, input: Input<'provisional'>): Step {
  if (call.pending === 'cancel') return [call, []]
  const earlyMedia = call.earlyMedia || input.media
  // As in RFC 4235 3.7.1: a tag makes it an early dialog, and a state never goes back.
  const state = input.tag !== '' || call.state === 'early' ? 'early' : 'proceeding'
  const next: CallState = { ...call, state, provisional: input.status, earlyMedia }
  if (state === call.state && input.status === call.provisional) {
    return [next, earlyMedia === call.earlyMedia ? [] : [{ kind: 'changed' }]]
  }
  return [next, [{ kind: 'state', state, code: input.status, reason: input.reason }]]
}

function ringing(call: CallState, input: CallInput): Step {
  switch (input.kind) {
    case 'answer':
      if (call.pending === 'accept') return [call, []]
      return [{ ...call, pending: 'accept' }, [{ kind: 'accept' }, { kind: 'changed' }]]
    case 'answered':
      return to(call, 'confirmed', { code: 200, reason: 'OK' })
    case 'reject':
      return refuse(call, input.status, input.reason, 'local', input.cause ?? 'declined')
    case 'hangup':
      // 486 speaks for this phone alone; a 603 would end the caller's search at every other one (RFC 3261 21.6.2).
      return refuse(call, 486, 'Busy Here', 'local', 'declined')
    case 'no-answer':
      return refuse(call, 480, 'Temporarily Unavailable', 'local', 'no-answer')
    case 'failed':
      // What went wrong in here is not the peer's business.
      return end(call, ended(input), { kind: 'reject', status: input.status, reason: 'Not Possible' })
    case 'cancelled': {
      const cause = answeredElsewhere(input.reasonHeader) ? 'answered-elsewhere' : 'cancelled'
      return end(call, { code: 487, reason: 'Request Terminated', by: 'remote', cause })
    }
    case 'bye':
      return end(call, { code: 487, reason: 'Request Terminated', by: input.by, cause: 'cancelled' })
    default:
      return [call, []]
  }
}

function talking(call: CallState, input: CallInput): Step {
  switch (input.kind) {
    case 'hangup':
      return end(call, { code: 200, reason: 'OK', by: 'local', cause: 'normal' }, { kind: 'send', what: 'bye' })
    case 'bye':
      if (input.by === 'remote') return end(call, { code: 200, reason: 'OK', by: 'remote', cause: 'normal' })
      return end(call, { code: 408, reason: 'Request Timeout', by: 'network', cause: 'network-lost' })
    case 'failed':
      return end(call, ended(input), { kind: 'send', what: 'bye' })
    case 'hold':
      return held(call, input)
    default:
      return [call, []]
  }
}

function held(call: CallState, { side, on }: Input<'hold'>): Step {
  if (call.onHold[side] === on) return [call, []]
  return [{ ...call, onHold: { ...call.onHold, [side]: on } }, [{ kind: 'changed' }]]
}

function cancelling({ reason }: Input<'hangup'>): CallOutput {
  return { kind: 'send', what: 'cancel', ...(reason !== undefined && { reason }) }
}

const cancelledByUs = { code: 487, reason: 'Request Terminated', by: 'local', cause: 'cancelled' } as const

function ended(input: Input<'failed'>): Omit<Ended, 'kind'> {
  return { code: input.status, reason: input.reason, by: input.by, cause: input.cause }
}

function refuse(call: CallState, status: number, reason: string, by: EndedBy, cause: Cause): Step {
  return end(call, { code: status, reason, by, cause }, { kind: 'reject', status, reason })
}

function to(call: CallState, state: CallStateName, answer: { code: number; reason: string }): Step {
  return [{ ...call, state, pending: 'nothing' }, [{ kind: 'state', state, ...answer }]]
}

function end(call: CallState, how: Omit<Ended, 'kind'>, ...first: CallOutput[]): Step {
  return [
    { ...call, state: 'terminated', pending: 'nothing' },
    [...first, { kind: 'state', state: 'terminated', code: how.code, reason: how.reason }, { kind: 'ended', ...how }],
  ]
}
