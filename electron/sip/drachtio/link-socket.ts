import type { Server } from 'node:net'
import { encodeFrame, FrameReader } from './frames.ts'
import { MemorySocket } from './memory-socket.ts'

interface LinkSocketDelegate {
  onPayload(payload: string): void
  /** drachtio-srf was accepted, and knows it. */
  onReady(): void
  onClosed(wasReady: boolean): void
  onFault(error: unknown): void
}

export interface Held {
  /** Written when its turn comes; undefined: there is nothing to tell after all. Must not throw. */
  readonly payload: () => string | undefined
  /** Of the request in it; empty for anything else. */
  readonly transactionId: string
}

/**
 * One connection of the control link: frames in and out, and their order. Payloads go out one a microtask, never from
 * within a call of drachtio-srf's, and nothing but the answer to `authenticate` before it was accepted.
 */
export class LinkSocket {
  /** What waits to be told, oldest first; a connection that follows this one takes it over. */
  readonly held: Held[]
  readonly #delegate: LinkSocketDelegate
  readonly #reader = new FrameReader()
  readonly #socket: MemorySocket
  #state: 'greeting' | 'ready' | 'closed' = 'greeting'
  #scheduled = false

  constructor(held: readonly Held[], delegate: LinkSocketDelegate) {
    this.held = [...held]
    this.#delegate = delegate
    this.#socket = new MemorySocket((bytes) => this.#onBytes(bytes))
    this.#socket.on('close', () => this.#onClose())
  }

  connectTo(server: Server): void {
    server.emit('connection', this.#socket)
  }

  tell(held: Held): void {
    if (this.#state === 'closed') return
    this.held.push(held)
    this.#schedule()
  }

  /** Answers the greeting; from now on everything is told. */
  accept(payload: string): void {
    queueMicrotask(() => {
      if (this.#state !== 'greeting') return
      this.#socket.deliver(encodeFrame(payload))
      this.#state = 'ready'
      this.#delegate.onReady()
      this.#schedule()
    })
  }

  refuse(payload: string): void {
    queueMicrotask(() => {
      this.#socket.deliver(encodeFrame(payload))
      this.#socket.destroy()
    })
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #schedule(): void {
    if (this.#scheduled || this.#state !== 'ready') return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      if (this.#state !== 'ready') return
      const next = this.held.shift()
      if (!next) return
      const payload = next.payload()
      if (payload !== undefined) this.#socket.deliver(encodeFrame(payload))
      this.#schedule()
    })
  }

  #onBytes(bytes: Uint8Array): void {
    try {
      for (const payload of this.#reader.push(bytes)) this.#delegate.onPayload(payload)
    } catch (error) {
      this.#delegate.onFault(error)
      // After a bad frame nothing that follows has a beginning.
      if (error instanceof Error && 'code' in error && error.code === 'bad-frame') this.#socket.destroy()
    }
  }

  #onClose(): void {
    const wasReady = this.#state === 'ready'
    this.#state = 'closed'
    this.#delegate.onClosed(wasReady)
  }
}
