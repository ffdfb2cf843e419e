import type { TraceMessage } from '../phone/trace-message.ts'
import { attributeValues } from '../sdp/attributes.ts'
import { formatsOf, staticCodec } from '../sdp/format.ts'
import { formatHostPort } from '../sip/message/host.ts'
import { readMessage, sdpOf } from './read-message.ts'

/** What the descriptions of a call say of the packets that go to an address. */
export interface RtpFormat {
  /** As written; of a type that nobody described its number. */
  readonly encoding: string
  /** Units of the timestamp a second. */
  readonly clockRate: number
}

/** Payload types and keys as offers and answers tell them, by where the packets go. */
export class RtpFormats {
  /** By address and type, and by the type alone for packets that go elsewhere than described. */
  readonly #formats = new Map<string, RtpFormat>()
  /** Of each address, whether its last description takes encrypted packets only. */
  readonly #encrypted = new Map<string, boolean>()

  constructor(messages: readonly TraceMessage[]) {
    for (const message of messages) {
      const session = sdpOf(readMessage(message))
      for (const section of session?.media ?? []) {
        const address = section.connection?.address ?? session?.connection?.address ?? ''
        const place = formatHostPort({ host: address, port: section.port })
        const secure = /SAVPF?$/i.test(section.protocol) || attributeValues(section, 'crypto').length > 0
        this.#encrypted.set(place, secure)
        for (const { payloadType, encoding, clockRate } of formatsOf(section)) {
          this.#formats.set(`${place} ${payloadType}`, { encoding, clockRate })
          if (!this.#formats.has(` ${payloadType}`)) this.#formats.set(` ${payloadType}`, { encoding, clockRate })
        }
      }
    }
  }

  of(to: string, payloadType: number): RtpFormat {
    return (
      this.#formats.get(`${to} ${payloadType}`) ??
      this.#formats.get(` ${payloadType}`) ??
      staticCodec(payloadType) ?? { encoding: String(payloadType), clockRate: 8000 }
    )
  }

  /** Keys must have been given on both sides (RFC 4568 5.1.2), as far as their descriptions are known. */
  encrypted(from: string, to: string): boolean {
    const sides = [this.#encrypted.get(from), this.#encrypted.get(to)].filter((side) => side !== undefined)
    const known = sides.length > 0 ? sides : [...this.#encrypted.values()]
    return known.length > 0 && known.every(Boolean)
  }
}
