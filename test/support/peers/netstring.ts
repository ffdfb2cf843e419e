/** Netstrings (`5:hello,`), as baresip's control port speaks them: bytes in, whole texts out. */
export class NetstringReader {
  #pending: Buffer = Buffer.alloc(0)

  push(bytes: Uint8Array): string[] {
    this.#pending = Buffer.concat([this.#pending, bytes])
    const texts: string[] = []
    for (;;) {
      const colon = this.#pending.indexOf(':')
      if (colon < 0) return texts
      const length = Number(this.#pending.toString('latin1', 0, colon))
      if (!Number.isInteger(length)) throw new Error('this is no netstring')
      const end = colon + 1 + length
      if (this.#pending.length < end + 1) return texts
      texts.push(this.#pending.toString('utf8', colon + 1, end))
      this.#pending = this.#pending.subarray(end + 1)
    }
  }
}

export const netstring = (text: string): string => `${Buffer.byteLength(text)}:${text},`
