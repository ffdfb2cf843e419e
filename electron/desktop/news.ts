import { Notification } from 'electron'
import type { MessageReceived } from '../phone/shapes.ts'
import type { RemoteParty } from '../phone/shapes.ts'
import { readableText } from './readable-text.ts'
import type { Texts } from './texts.ts'

/** Notices of what has happened while nobody looked. The system keeps them as long as it likes. */

/** Notices at once; a further one replaces the oldest. */
const most = 20

export class News {
  readonly #texts: () => Texts
  readonly #shown: Notification[] = []

  constructor(texts: () => Texts) {
    this.#texts = texts
  }

  missed(remote: RemoteParty, actions: { readonly onShow: () => void; readonly onCallBack: () => void }): void {
    const { missedCall, callBack } = this.#texts()
    const name = readableText(remote.displayName ?? '')
    const notification = new Notification({
      title: name === '' ? missedCall : `${missedCall}: ${name}`,
      body: readableText(remote.uri),
      silent: true,
      actions: [{ type: 'button', text: callBack }],
    })
    notification.on('action', actions.onCallBack)
    this.#show(notification, actions.onShow)
  }

  message({ from, displayName, text }: MessageReceived, onShow: () => void): void {
    const name = readableText(displayName ?? '')
    const title = `${this.#texts().message}: ${name === '' ? readableText(from) : name}`
    this.#show(new Notification({ title, body: readableText(text) }), onShow)
  }

  keysTaken(keys: readonly string[]): void {
    this.#show(new Notification({ title: this.#texts().keysTaken, body: keys.join(', '), silent: true }), () => {})
  }

  /** Somebody has looked. */
  clear(): void {
    for (const notification of this.#shown.splice(0)) notification.close()
  }

  #show(notification: Notification, onShow: () => void): void {
    notification.on('click', onShow)
    // One that is not kept is forgotten, and its click with it.
    this.#shown.push(notification)
    if (this.#shown.length > most) this.#shown.shift()?.close()
    notification.show()
  }
}
