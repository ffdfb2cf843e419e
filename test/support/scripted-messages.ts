import type { MethodName, Notify } from '../../electron/ipc/contract.ts'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { addressKey } from '../../electron/phone/address-key.ts'
import type { MessageAnswer } from '../../electron/phone/shapes.ts'
import { MemoryStore } from './memory-store.ts'

type MessageName = Extract<MethodName, `message.${string}`>

/** Text messages of a scripted phone: kept as a phone keeps them, answered as a test says. */
export class ScriptedMessages {
  readonly book = new MemoryStore().messages
  /** What becomes of a message; throws a PhoneError when nobody answers. */
  answer: () => MessageAnswer = () => ({ code: 200, reason: 'OK' })
  readonly #notify: Notify

  constructor(notify: Notify) {
    this.#notify = notify
  }

  /** Somebody wrote. */
  hear(from: string, text: string, at = new Date().toISOString()): void {
    this.book.add({ uri: from, direction: 'incoming', text, at, unread: true })
    this.#notify('message.received', { from, to: 'sip:1001@office.lan', text, at })
    this.#changed(from)
  }

  readonly handlers: { [Name in MessageName]: (params: never) => unknown } = {
    'message.send': ({ target, text, id }: { target: string; text: string; id?: number }) =>
      this.#send(target, text, id),
    'message.conversations': () => this.book.conversations(),
    'message.list': ({ with: peer, ...query }: { with: string; limit?: number; before?: number }) =>
      this.book.list({ ...query, with: addressKey(peer) }),
    'message.search': (query: { text: string; limit?: number; before?: number }) => this.book.search(query),
    'message.read': ({ with: peer }: { with: string }) => {
      if (this.book.markRead(addressKey(peer))) this.#changed(peer)
    },
    'message.remove': ({ with: peer, upTo }: { with: string; upTo?: number }) => {
      this.book.remove(addressKey(peer), upTo)
      this.#changed(peer)
    },
  }

  #send(uri: string, text: string, again: number | undefined): MessageAnswer {
    const at = new Date().toISOString()
    const messageId =
      again ?? this.book.add({ uri, direction: 'outgoing', text, at, unread: false, delivery: { state: 'sending' } }).id
    try {
      const answer = this.answer()
      const { code } = answer
      this.book.settle(messageId, code < 300 ? { state: 'accepted', code } : { state: 'failed', code })
      return { ...answer, messageId }
    } catch (error) {
      if (!(error instanceof PhoneError)) throw error
      this.book.settle(messageId, { state: 'failed', error: error.code })
      throw new PhoneError(error.code, error.message, { messageId })
    } finally {
      this.#changed(uri)
    }
  }

  #changed(uri: string): void {
    this.#notify('message.changed', { with: addressKey(uri) })
  }
}
