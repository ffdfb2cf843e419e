import { Notification } from 'electron'
import type { Call } from '../phone/shapes.ts'
import { readableText } from './readable-text.ts'
import type { Texts } from './texts.ts'

interface CallNoticeActions {
  readonly onShow: () => void
  readonly onAnswer: (callId: string) => void
  readonly onDecline: (callId: string) => void
}

/** Tells of each incoming call through the system, as long as it rings. */
export class CallNotices {
  readonly #texts: () => Texts
  readonly #actions: CallNoticeActions
  readonly #shown = new Map<string, Notification>()

  constructor(texts: () => Texts, actions: CallNoticeActions) {
    this.#texts = texts
    this.#actions = actions
  }

  /** All calls there are now; true when one of them has just begun to ring. */
  update(calls: readonly Call[]): boolean {
    const ringing = calls.filter(({ state }) => state === 'incoming')
    for (const [callId, notification] of this.#shown) {
      if (ringing.some((call) => call.callId === callId)) continue
      this.#shown.delete(callId)
      notification.close()
    }
    const begun = ringing.filter(({ callId }) => !this.#shown.has(callId))
    for (const call of begun) this.#show(call)
    return begun.length > 0
  }

  #show({ callId, remote }: Call): void {
    const { incomingCall, answer, decline } = this.#texts()
    const name = readableText(remote.displayName ?? '')
    const notification = new Notification({
      title: name === '' ? incomingCall : `${incomingCall}: ${name}`,
      body: readableText(remote.uri),
      // The phone rings by itself.
      silent: true,
      timeoutType: 'never',
      urgency: 'critical',
      actions: [answer, decline].map((text) => ({ type: 'button' as const, text })),
    })
    this.#shown.set(callId, notification)
    notification.on('click', this.#actions.onShow)
    notification.on('action', ({ actionIndex }) =>
      actionIndex === 0 ? this.#actions.onAnswer(callId) : this.#actions.onDecline(callId),
    )
    notification.show()
  }
}
