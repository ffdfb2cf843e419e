import { Socket } from 'node:net'

/**
 * Our end of nothing: a `net.Socket` without a network, because drachtio-srf checks for that class. What it writes goes
 * to `onWrite` at once; what we tell it goes out as `data`.
 */
export class MemorySocket extends Socket {
  readonly #onWrite: (bytes: Uint8Array) => void

  constructor(onWrite: (bytes: Uint8Array) => void) {
    super()
    this.#onWrite = onWrite
  }

  /** Hands bytes to the reader. To be called from a fresh microtask only: the reader registers what it waits for after `write`. */
  deliver(bytes: Buffer): void {
    if (!this.destroyed) this.emit('data', bytes)
  }

  override _write(chunk: Uint8Array | string, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#onWrite(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)
    done()
  }

  override _read(): void {
    // Nothing to ask for: `deliver` emits what there is.
  }

  override end(): this {
    this.destroy()
    return this
  }

  // net.Socket is made with emitClose false and closes with its handle; there is no handle here.
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(error)
    queueMicrotask(() => this.emit('close', error !== null))
  }
}
