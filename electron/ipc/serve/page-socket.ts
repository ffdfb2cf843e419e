import type { RawData, WebSocket } from 'ws'
import { Client } from '../client.ts'
import type { Dispatcher } from '../dispatcher.ts'
import type { Refusals } from '../refusals.ts'

/** Requests under way at once; further ones wait unread. */
const mostPending = 64
/** Bytes not yet taken by the browser: above the first nothing is read and only the newest state kept, above the last it is given up. */
const slowReader = 256 * 1024
const deadReader = 8 * 1024 * 1024

/** RFC 6455 7.4.1. */
const goingAway = 1001
const unsupportedData = 1003

/** One page at the other end of a WebSocket: text frames of JSON-RPC, one object or batch each. */
export class PageSocket {
  readonly client = new Client()
  readonly #socket: WebSocket
  readonly #dispatcher: Dispatcher
  readonly #refusals: Refusals
  readonly #pending = new Set<Promise<void>>()
  readonly #held = new Map<string, string>()
  #answeredPing = true

  constructor(socket: WebSocket, dispatcher: Dispatcher, refusals: Refusals, onGone: () => void) {
    this.#socket = socket
    this.#dispatcher = dispatcher
    this.#refusals = refusals
    socket.on('message', (data, binary) => this.#take(data, binary))
    // ws closes with the code that fits (1009 for a message too long) and goes on to `close`.
    socket.on('error', (error) => refusals.tell('a broken message', 'code' in error ? String(error.code) : error.name))
    socket.on('pong', () => (this.#answeredPing = true))
    socket.on('close', () => {
      this.client.leave()
      onGone()
    })
  }

  /** `key`: while the browser is slow, a newer text with the same key takes this one's place. */
  send(text: string, key?: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (key !== undefined && this.#socket.bufferedAmount >= slowReader) {
      this.#held.set(key, text)
      return
    }
    this.#write(text)
  }

  /** Asks whether the other end is still there; one that has not answered the last time is given up. */
  ping(): void {
    // While nothing is read, no answer is heard either.
    if (this.#socket.isPaused) return
    if (!this.#answeredPing) return this.#giveUp('a page that does not answer')
    this.#answeredPing = false
    this.#socket.ping()
  }

  /** Resolves when what was under way is answered, or after `patienceMs`. */
  async close(patienceMs: number): Promise<void> {
    this.#socket.pause()
    const patience = Promise.withResolvers<void>()
    const timer = setTimeout(patience.resolve, patienceMs)
    await Promise.race([Promise.allSettled(this.#pending), patience.promise])
    clearTimeout(timer)
    this.#socket.resume()
    this.#socket.close(goingAway, 'the phone has ended')
  }

  terminate(): void {
    this.#socket.terminate()
  }

  #take(data: RawData, binary: boolean): void {
    if (binary) {
      this.#refusals.tell('a message that is no text')
      this.#socket.close(unsupportedData, 'only text')
      return
    }
    const work = this.#dispatcher
      // A text comes as one Buffer (ws' binaryType `nodebuffer`), valid UTF-8.
      .handleText((data as Buffer).toString(), this.client)
      .then((reply) => {
        if (reply !== undefined) this.send(reply)
      })
      .finally(() => {
        this.#pending.delete(work)
        this.#advance()
      })
    this.#pending.add(work)
    this.#advance()
  }

  #write(text: string): void {
    this.#socket.send(text, () => {
      while (this.#held.size > 0 && this.#socket.bufferedAmount < slowReader) {
        const [next] = this.#held
        if (next === undefined) break
        this.#held.delete(next[0])
        this.send(next[1], next[0])
      }
      this.#advance()
    })
    if (this.#socket.bufferedAmount > deadReader) this.#giveUp('a page that does not read')
  }

  /** Reads on only while there is room on both sides. */
  #advance(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    const room = this.#pending.size < mostPending && this.#socket.bufferedAmount < slowReader
    if (room && this.#socket.isPaused) this.#socket.resume()
    else if (!room && !this.#socket.isPaused) this.#socket.pause()
  }

  #giveUp(what: string): void {
    this.#refusals.tell(what)
    this.#socket.terminate()
  }
}
