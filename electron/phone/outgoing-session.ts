import type { SessionAudio } from '../../native/protocol.ts'
import type { CallEnvironment, CallOptions } from './call-environment.ts'
import type { CallMedia } from './call-media.ts'
import { decideOn } from './later-offer.ts'
import type { Dialog, FinalResponse, OutgoingInvite, Replaces } from './ports.ts'

interface OutgoingSessionHost {
  readonly environment: CallEnvironment
  readonly media: CallMedia
  readonly referral: CallOptions['referral']
  /** The call has ended meanwhile. */
  readonly isOver: () => boolean
  readonly wantsHold: () => boolean
  /** 101 to 199; `media`: with it sound comes from the peer. */
  readonly onProvisional: (answer: { status: number; reason: string; tag: string; media: boolean }) => void
  readonly onAccepted: (dialog: Dialog, answer: string) => void
  readonly onRejected: (response: FinalResponse) => void
}

/** More early dialogs than this nobody needs. */
const mostForks = 32

/** An INVITE of ours, from the way to the peer until its final response. */
export class OutgoingSession {
  readonly #host: OutgoingSessionHost
  readonly #over = Promise.withResolvers<void>()
  /** Tags of the early dialogs. */
  readonly #forks = new Set<string>()
  #invite: OutgoingInvite | undefined

  constructor(host: OutgoingSessionHost) {
    this.#host = host
  }

  /** Undefined until it is out. */
  get invite(): OutgoingInvite | undefined {
    return this.#invite
  }

  /** Resolves when it has its final response, or will never be sent. */
  get over(): Promise<void> {
    return this.#over.promise
  }

  /** Route, ports, INVITE. Rejects with a PhoneError, a MediaError or a UserAgentError; then nothing was sent. */
  async dial(uri: string, audio: () => SessionAudio): Promise<void> {
    const { environment, media, isOver } = this.#host
    try {
      const { localAddress, remoteAddress } = await environment.userAgent.route(uri, environment.line)
      media.meet(localAddress, remoteAddress)
      await media.open(audio())
      if (isOver()) this.#over.resolve()
      else this.#send(uri, localAddress)
    } catch (error) {
      this.#over.resolve()
      throw error
    }
  }

  /** `reason`: why, where the other side should know (RFC 3326). */
  cancel(reason: string | undefined): void {
    this.#invite?.cancel(reason)
  }

  /** Whether a Replaces header means one of its early dialogs (RFC 3891 3). */
  isNamed({ callId, toTag, fromTag }: Replaces): boolean {
    return this.#invite?.sipCallId === callId && this.#invite.localTag === toTag && this.#forks.has(fromTag)
  }

  #send(uri: string, localAddress: string): void {
    const { environment, media, referral, isOver, wantsHold, onProvisional, onAccepted, onRejected } = this.#host
    const { userAgent, from, line, onChanged } = environment
    const asWhom = { from: from(localAddress), ...(line && { line }), ...(referral && { referral }) }
    this.#invite = userAgent.invite(
      { uri, sdp: media.offer(false), ...asWhom },
      {
        onProvisional: ({ status, reason, tag, sdp }) => {
          if (tag !== '' && this.#forks.size < mostForks) this.#forks.add(tag)
          // RFC 3261 13.2.1: an answer in a provisional response is a preview of the one in the 2xx; early media.
          const early = !isOver() && sdp !== undefined && media.take(sdp, wantsHold()).ok
          onProvisional({ status, reason, tag, media: early })
          onChanged()
        },
        onUpdate: (offer) => decideOn(offer, media, wantsHold()),
        onAccepted: (dialog, answer) => {
          this.#over.resolve()
          onAccepted(dialog, answer)
        },
        onRejected: (response) => {
          this.#over.resolve()
          onRejected(response)
        },
      },
    )
    onChanged()
  }
}
