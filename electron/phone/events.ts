import type { EventEnvironment } from './event-environment.ts'
import { Messages, type MessagesOptions } from './messages.ts'
import { Presence } from './presence.ts'
import { Voicemail } from './voicemail.ts'

/** How long servers may take to let us go, ms. */
const closeLimitMs = 2000

/** Everything that is neither a call nor an account: messages, presence, voicemail. */
export class Events {
  readonly messages: Messages
  readonly presence: Presence
  readonly voicemail: Voicemail
  readonly #environment: EventEnvironment

  constructor(options: MessagesOptions) {
    this.#environment = options
    this.messages = new Messages(options)
    this.presence = new Presence(options)
    this.voicemail = new Voicemail(options)
  }

  accountsChanged(): void {
    this.presence.accountsChanged()
    this.voicemail.accountsChanged()
  }

  /** The computer woke, or the network is another one: servers may have given us up. */
  wake(): void {
    this.presence.wake()
    this.voicemail.wake()
  }

  /** While the accounts are still there. Never rejects. */
  async close(): Promise<void> {
    const { clock } = this.#environment
    this.messages.close()
    let stop = () => {}
    const late = new Promise<void>((resolve) => (stop = clock.after(closeLimitMs, resolve)))
    await Promise.race([Promise.all([this.presence.close(), this.voicemail.close()]), late])
    stop()
    this.presence.abandon()
    this.voicemail.abandon()
  }
}
