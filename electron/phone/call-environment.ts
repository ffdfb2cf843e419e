import type { SessionAudio } from '../../native/protocol.ts'
import type { AccountSettings } from './account.ts'
import type { CallMediaEnvironment } from './call-media.ts'
import type { PhoneCall } from './call.ts'
import type { IncomingRefer, Invite, Line, Trace, UserAgent } from './ports.ts'
import type { Call, CallEnded, CallStateChange, DtmfReceived, RemoteParty } from './shapes.ts'

/** What one call needs of the phone around it. */
export interface CallEnvironment extends CallMediaEnvironment {
  readonly userAgent: UserAgent
  readonly trace: Trace
  /** The file that a recording of the call goes to. Throws a PhoneError. */
  newRecording(call: PhoneCall): string
  /** Who we say we are, from this address of ours. */
  from(localAddress: string): RemoteParty
  /** The account's way out; undefined for a direct call. */
  readonly line: Line | undefined
  /** How digits are to travel. */
  readonly dtmf: AccountSettings['dtmf']
  /** Whether its peer hears others beside the user. */
  inConference(call: PhoneCall): boolean
  /** This call now has the user's ear: others go on hold. */
  onTakesOver(call: PhoneCall): void
  /** Something that the snapshot shows, or the tone. */
  onChanged(): void
  onState(change: CallStateChange): void
  onDtmf(received: DtmfReceived): void
  /** The peer asks us to call somebody else. */
  onRefer(call: PhoneCall, refer: IncomingRefer): void
  onEnded(call: PhoneCall, ended: CallEnded): void
}

export interface CallOptions {
  readonly callId: string
  readonly direction: Call['direction']
  readonly remote: RemoteParty
  readonly accountId: string | undefined
  /** Decimal, for the o= line. */
  readonly sessionId: string
  readonly audio: (call: Call) => SessionAudio
  /** Of a call that somebody else asked for. */
  readonly referral?: Invite['referral']
  /** Hears every answer to our INVITE, and how the call ends: SIP statuses. */
  readonly onProgress?: ((status: number, reason: string) => void) | undefined
}
