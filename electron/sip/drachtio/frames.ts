/**
 * Framing of the control link: `<decimal byte count>#<payload>`. The count is of UTF-8 bytes, never of characters; a
 * frame may arrive in pieces and several may arrive at once.
 */

/** The most bytes one payload may have: the largest SIP message twice over (its text may grow in UTF-8), and its tokens. */
export const maxPayloadBytes = 262_144

const maxCountDigits = String(maxPayloadBytes).length

export class FrameError extends Error {
  readonly code = 'bad-frame'
  constructor(message: string) {
    super(message)
    this.name = 'FrameError'
  }
}

export function encodeFrame(payload: string): Buffer {
  const bytes = Buffer.from(payload, 'utf8')
  return Buffer.concat([Buffer.from(`${bytes.length}#`, 'latin1'), bytes])
}

/** Collects bytes and gives back whole payloads. After a FrameError the stream is beyond repair. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0)

  /** Throws FrameError where the count is not a number from 1 to `maxPayloadBytes`. */
  push(bytes: Uint8Array): string[] {
    this.#pending = this.#pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#pending, bytes])
    const payloads: string[] = []
    for (;;) {
      const mark = this.#pending.subarray(0, maxCountDigits + 1).indexOf('#')
      if (mark < 0) {
        if (this.#pending.length > maxCountDigits) throw new FrameError('a frame without its byte count')
        return payloads
      }
      const digits = this.#pending.toString('latin1', 0, mark)
      const count = /^[0-9]+$/.test(digits) ? Number(digits) : 0
      if (count < 1 || count > maxPayloadBytes) throw new FrameError('a frame whose byte count is out of range')
      const end = mark + 1 + count
      if (this.#pending.length < end) return payloads
      payloads.push(this.#pending.toString('utf8', mark + 1, end))
      this.#pending = this.#pending.subarray(end)
    }
  }
}
