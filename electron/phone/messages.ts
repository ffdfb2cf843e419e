import { asPhoneError } from './as-phone-error.ts'
import { type EventEnvironment, originator } from './event-environment.ts'
import { MessageRate } from './message-rate.ts'
import { PhoneError } from './phone-error.ts'
import type { IncomingMessage, MessageVerdict } from './ports.ts'
import { localCidrs } from './own-addresses.ts'
import { sameNetwork } from './same-network.ts'
import type { Settings } from './settings.ts'
import type { MessageAnswer, MessageReceived } from './shapes.ts'

export interface MessagesOptions extends EventEnvironment {
  readonly settings: () => Settings['calls']
  readonly tell: (message: MessageReceived) => void
}

export interface MessageParams {
  readonly target: string
  readonly text: string
  readonly accountId?: string | undefined
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
  }

  /**
   * Resolves with what the other side, or a server on the way, finally answered: 200 and 202 mean that it was taken.
   * Rejects with a PhoneError: `too-long`, `timeout`, `unreachable`, `invalid-params`, `not-found`, `bad-state`.
   */
  async send({ target, text, accountId }: MessageParams): Promise<MessageAnswer> {
    const { agent, accounts, identity } = this.#options
    if (text === '') throw new PhoneError('invalid-params', 'text must not be empty', { field: 'text' })
    if (this.#closed) throw new PhoneError('bad-state', 'The phone is shutting down')
    if (this.#sending >= mostSending) throw new PhoneError('bad-state', 'Too many messages are on their way already')
    this.#sending++
    try {
      const { uri, through } = accounts.dial(target, accountId)
      const from = originator(through, identity)
      const answer = await this.#inTurn(uri, () =>
        agent.message({ uri, from, text, ...(through && { line: through.line }) }),
      )
      const { status: code, reason, source } = answer
      if (source === 'timeout') throw new PhoneError('timeout', 'Nobody answered: whether it arrived is unknown')
      if (source === 'unreachable') throw new PhoneError('unreachable', `The message could not be delivered: ${reason}`)
      return { code, reason }
    } catch (error) {
      throw asPhoneError(error)
    } finally {
      this.#sending--
    }
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
    tell({
      from: from.uri,
      ...(from.displayName !== undefined && { displayName: from.displayName }),
      to: to.uri,
      text,
      at: new Date(clock.wallTime()).toISOString(),
      ...(accountId !== undefined && { accountId }),
    })
    return { status: 200 }
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
