import type { SessionAudio } from '../../native/protocol.ts'
import type { CallMedia } from './call-media.ts'
import type { Forwarding } from './forward.ts'
import { decideOn } from './later-offer.ts'
import type { Dialog, IncomingInvite } from './ports.ts'

interface IncomingSessionHost {
  readonly media: CallMedia
  /** Nothing to agree on with this answer to our offer. */
  readonly onDisagreed: (reason: string) => void
  readonly onCancelled: (reasonHeader: string | undefined) => void
}

/**
 * What an INVITE that came in and we agree on: with the 200, or already while it rings where the caller insists on
 * reliable provisional responses (RFC 3262 5). Until somebody answers nothing is said or heard, whatever is agreed.
 */
export class IncomingSession {
  readonly #invite: IncomingInvite
  readonly #host: IncomingSessionHost
  #rung: Promise<void> | undefined
  #redirected = false

  constructor(invite: IncomingInvite, host: IncomingSessionHost) {
    this.#invite = invite
    this.#host = host
    invite.delegate = {
      onCancelled: host.onCancelled,
      onAnswer: (answer) => {
        const agreement = host.media.take(answer ?? '', false)
        if (!agreement.ok) host.onDisagreed(agreement.reason)
      },
      onOffer: (offer) => decideOn(offer, host.media, false),
    }
  }

  get sipCallId(): string {
    return this.#invite.sipCallId
  }

  reject(status: number, reason: string): void {
    if (!this.#redirected) this.#invite.reject(status, reason)
  }

  redirect(uri: string, diversion: Forwarding['diversion'] | undefined): void {
    this.#redirected = true
    this.#invite.redirect([uri], diversion)
  }

  /** Rejects with a PhoneError or a MediaError. */
  async ring(audio: () => SessionAudio): Promise<void> {
    if (!this.#invite.reliable) return this.#invite.ring()
    this.#rung = this.#ringAgreeing(audio())
    await this.#rung
  }

  /** The dialog; undefined when it is not `wanted` any more. Rejects with a PhoneError, a MediaError or a UserAgentError. */
  async accept(audio: () => SessionAudio, wanted: () => boolean): Promise<Dialog | undefined> {
    const { media } = this.#host
    await (this.#rung ?? media.open(audio()))
    if (!wanted()) return undefined
    if (this.#rung === undefined) return this.#invite.accept(media.accept(this.#invite.offer))
    const dialog = await this.#invite.accept(undefined)
    media.silence(false)
    return dialog
  }

  async #ringAgreeing(audio: SessionAudio): Promise<void> {
    const { media } = this.#host
    media.silence(true)
    await media.open(audio)
    this.#invite.ring(media.accept(this.#invite.offer))
  }
}
