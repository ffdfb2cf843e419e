import { addressKey } from './address-key.ts'
import { asPhoneError } from './as-phone-error.ts'
import { type EventEnvironment, originator } from './event-environment.ts'
import { MessageRate } from './message-rate.ts'
import { PhoneError } from './phone-error.ts'
import type { IncomingMessage, MessageBook, MessageVerdict, Originator } from './ports.ts'
import { localCidrs } from './own-addresses.ts'
import { sameNetwork } from './same-network.ts'
import type { Settings } from './settings.ts'
import type { MessageAnswer, MessageReceived } from './shapes.ts'
import type { Conversation, Delivery, MessageQuery, MessageSearch, TextMessage } from './text-message.ts'

export interface MessagesOptions extends EventEnvironment {
  readonly settings: () => Settings['calls']
  readonly book: MessageBook
  readonly tell: (message: MessageReceived) => void
  /** Something is different in the conversation with this one. */
  readonly onConversation: (peer: string) => void
}

interface MessageParams {
  readonly target: string
  readonly text: string
  readonly accountId?: string | undefined
  /** One that failed, which goes out again; its conversation keeps one of it. */
  readonly id?: number | undefined
}

/** The same result, or a PhoneError. */
function asOwn<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asPhoneError(error)
  }
}

/** So many may be on their way, or wait for those before them. */
const mostSending = 500
const retryAfterSeconds = 5

/** Text messages (RFC 3428). What is said in them is in no log. */
export class Messages {
  readonly #options: MessagesOptions
  readonly #rate: MessageRate
  /** The last message to each address that has no answer yet. */
  readonly #last = new Map<string, Promise<unknown>>()
  #sending = 0
  #closed = false

  constructor(options: MessagesOptions) {
    this.#options = options
    this.#rate = new MessageRate(options.clock)
    // Whether these arrived is not known: the phone ended before their answer came.
    this.#kept((book) => book.settleLeft({ state: 'failed', error: 'timeout' }))
  }

  /**
   * Resolves with what the other side, or a server on the way, finally answered: 200 and 202 mean that it was taken.
   * Rejects with a PhoneError: `too-long`, `timeout`, `unreachable`, `invalid-params`, `not-found`, `bad-state`. It is in
   * its conversation from when its target is understood on, and an error from then on names it: `messageId`.
   */
  async send({ target, text, accountId, id }: MessageParams): Promise<MessageAnswer> {
    const { accounts, identity } = this.#options
    if (text === '') throw new PhoneError('invalid-params', 'text must not be empty', { field: 'text' })
    if (this.#closed) throw new PhoneError('bad-state', 'The phone is shutting down')
    if (this.#sending >= mostSending) throw new PhoneError('bad-state', 'Too many messages are on their way already')
    const { uri, through } = asOwn(() => accounts.dial(target, accountId))
    const message = asOwn(() => this.#begin({ uri, text, id, accountId: through?.accountId }))
    this.#sending++
    try {
      const answer = await this.#deliver(uri, text, originator(through, identity), through?.line)
      const { code } = answer
      this.#settle(message, code < 300 ? { state: 'accepted', code } : { state: 'failed', code })
      return { ...answer, messageId: message.id }
    } catch (error) {
      const { code, message: words, data } = asPhoneError(error)
      this.#settle(message, { state: 'failed', error: code })
      throw new PhoneError(code, words, { ...data, messageId: message.id }, { cause: error })
    } finally {
      this.#sending--
    }
  }

  /** By whoever wrote, or was written to, last. */
  conversations(): readonly Conversation[] {
    return asOwn(() => this.#options.book.conversations())
  }

  /** Newest first. */
  list(query: MessageQuery): readonly TextMessage[] {
    return asOwn(() => this.#options.book.list({ ...query, with: addressKey(query.with) }))
  }

  /** Of all conversations, newest first; of each text up to 200 characters around what was found. */
  search(query: MessageSearch): readonly TextMessage[] {
    return asOwn(() => this.#options.book.search(query))
  }

  markRead(peer: string): void {
    const key = addressKey(peer)
    if (asOwn(() => this.#options.book.markRead(key))) this.#options.onConversation(key)
  }

  /** The conversation; with `upTo`, a message's id, what has come since stays. */
  remove(peer: string, upTo?: number): void {
    const key = addressKey(peer)
    asOwn(() => this.#options.book.remove(key, upTo))
    this.#options.onConversation(key)
  }

  onMessage({ from, to, source, localAddress, line, text }: IncomingMessage): MessageVerdict {
    const { accounts, settings, clock, log, tell } = this.#options
    if (this.#closed) return { status: 480 }
    const { acceptDirect } = settings()
    const near = () => sameNetwork(localAddress, source.address, localCidrs())
    const refused = acceptDirect === 'never' || (acceptDirect === 'same-network' && !near())
    if (line === undefined && refused) return { status: 403, reason: 'Forbidden' }
    if (!this.#rate.take(source.address, line !== undefined)) {
      log.info('a message was refused: there are too many', { from: source.address })
      return { status: 503, retryAfterSeconds }
    }
    const accountId = accounts.calling(line)?.accountId
    const known = {
      ...(from.displayName !== undefined && { displayName: from.displayName }),
      text,
      at: new Date(clock.wallTime()).toISOString(),
      ...(accountId !== undefined && { accountId }),
    }
    const kept = this.#kept((book) => book.add({ uri: from.uri, direction: 'incoming', unread: true, ...known }))
    tell({ from: from.uri, to: to.uri, ...known })
    if (kept !== undefined) this.#options.onConversation(kept.with)
    return { status: 200 }
  }

  #begin(sent: { uri: string; text: string; id: number | undefined; accountId: string | undefined }): TextMessage {
    const { book, clock, onConversation } = this.#options
    const { uri, text, id, accountId } = sent
    const delivery = { state: 'sending' } as const
    const before = id === undefined ? undefined : book.get(id)
    if (id !== undefined && before?.delivery?.state !== 'failed') {
      throw new PhoneError('not-found', `There is no message ${id} that failed`, { field: 'id' })
    }
    if (before !== undefined) book.settle(before.id, delivery)
    const message =
      before ??
      book.add({
        uri,
        direction: 'outgoing',
        text,
        at: new Date(clock.wallTime()).toISOString(),
        ...(accountId !== undefined && { accountId }),
        unread: false,
        delivery,
      })
    onConversation(message.with)
    return message
  }

  async #deliver(uri: string, text: string, from: Originator, line: IncomingMessage['line']): Promise<MessageAnswer> {
    const { agent } = this.#options
    const answer = await this.#inTurn(uri, () => agent.message({ uri, from, text, ...(line && { line }) }))
    const { status: code, reason, source } = answer
    if (source === 'timeout') throw new PhoneError('timeout', 'Nobody answered: whether it arrived is unknown')
    if (source === 'unreachable') throw new PhoneError('unreachable', `The message could not be delivered: ${reason}`)
    return { code, reason }
  }

  #settle({ id, with: peer }: TextMessage, delivery: Delivery): void {
    if (this.#closed) return
    this.#kept((book) => book.settle(id, delivery))
    this.#options.onConversation(peer)
  }

  /** That a message cannot be kept is no reason not to hear of it. Errors of the store hold no text of it. */
  #kept<T>(work: (book: MessageBook) => T): T | undefined {
    try {
      return work(this.#options.book)
    } catch (error) {
      this.#options.log.error('a message was not kept', { code: asPhoneError(error).code })
      return undefined
    }
  }

  /** RFC 3428 8: one after the other to the same address, so that they neither pile up nor overtake each other. */
  async #inTurn<T>(uri: string, send: () => Promise<T>): Promise<T> {
    const before = this.#last.get(uri)
    const sending = before === undefined ? send() : before.then(send)
    const over = sending.then(
      () => {},
      () => {},
    )
    this.#last.set(uri, over)
    try {
      return await sending
    } finally {
      if (this.#last.get(uri) === over) this.#last.delete(uri)
    }
  }

  close(): void {
    this.#closed = true
  }
}
